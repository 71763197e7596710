using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Linux.Ipvs;
using Fairlead.Linux.Namespaces;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Tests.Ipvs;

/// <summary>The other settings of mode ipvs, and that ipvsadm sees what is meant. Needs root and IPVS.</summary>
[Collection(KernelCollection.Name)]
public sealed class SettingsTests(Lab lab) : IDisposable
{
    const string Stranger = "-r 198.18.0.9:9 -m -w 1";

    LabNode Node => lab.Nodes[0];

    [Theory(Explicit = true)]
    [InlineData(false, "0", "0")]
    [InlineData(true, "1", "2")]
    public void StrictArp(bool strict, string ignore, string announce)
    {
        Node.Run(() =>
        {
            Sysctl.Write("net/ipv4/conf/all/arp_ignore", "0");
            Sysctl.Write("net/ipv4/conf/all/arp_announce", "0");
        });
        IpvsLab.Serve(lab, new() { StrictArp = strict });
        Assert.Equal([ignore, announce], IpvsLab.Print(Node, "cat /proc/sys/net/ipv4/conf/all/arp_ignore /proc/sys/net/ipv4/conf/all/arp_announce"));
    }

    [Fact(Explicit = true)]
    public void WhatIsExcludedStaysAsItIs()
    {
        lab.Clear();
        string[] mine = [$"-t {LabPlan.ClusterIP(1, false)}:80 -s sed", "-t 198.18.0.1:7 -s sed"];
        foreach (var service in mine) IpvsLab.Print(Node, $"ipvsadm -A {service}; ipvsadm -a {service[..service.IndexOf(" -s", StringComparison.Ordinal)]} {Stranger}");
        var before = IpvsLab.Print(Node, "ipvsadm -Sn");
        Assert.Equal(4, before.Length);

        var planes = IpvsLab.Serve(lab, new() { ExcludeCidrs = [AddressRange.Parse("10.96.0.0/30")] });
        Assert.Empty(before.Except(IpvsLab.Print(Node, "ipvsadm -Sn")));
        Assert.Equal(0, planes.Converge());
        planes.Remove();
        Assert.Equal(before, IpvsLab.Print(Node, "ipvsadm -Sn"));

        // Without the setting a Service's own address is taken over, and another one still is not touched.
        IpvsLab.Serve(lab, IpvsSettings.Default);
        var now = IpvsLab.Print(Node, "ipvsadm -Sn");
        Assert.Contains($"-A -t {LabPlan.ClusterIP(1, false)}:80 -s rr", now);
        Assert.DoesNotContain($"-a -t {LabPlan.ClusterIP(1, false)}:80 {Stranger}", now);
        Assert.Contains($"-a -t 198.18.0.1:7 {Stranger}", now);
        IpvsLab.Print(Node, "ipvsadm -D -t 198.18.0.1:7");
    }

    [Fact(Explicit = true)]
    public void TimeoutsAreTheKernels()
    {
        IpvsLab.Serve(lab, new() { TcpTimeout = TimeSpan.FromSeconds(901), TcpFinTimeout = TimeSpan.FromSeconds(121), UdpTimeout = TimeSpan.FromSeconds(301) });
        Assert.Equal(["Timeout (tcp tcpfin udp): 901 121 301"], IpvsLab.Print(Node, "ipvsadm -l --timeout"));
    }

    [Fact(Explicit = true)]
    public void IpvsadmPrintsWhatIsRead()
    {
        lab.Clear();
        var lines = new List<string>();
        foreach (var (address, server) in ((string, string)[])[("198.18.0.1", "198.18.0.9"), ("2001:db8:f::1", "2001:db8:f::9")])
        {
            foreach (var protocol in (byte[])[6, 17, 132])
            {
                foreach (var scheduler in IpvsSettings.Schedulers)
                {
                    var port = (ushort)(100 + IpvsSettings.Schedulers.IndexOf(scheduler));
                    var service = new VirtualService(new(System.Net.IPAddress.Parse(address), protocol, port), scheduler)
                    {
                        Options = VirtualServiceOptions.Persistent, Timeout = TimeSpan.FromSeconds(port),
                    };
                    var destination = new Destination(System.Net.IPAddress.Parse(server), port, port);
                    lines.AddRange([service.ToString(), $"-a {service.Key} {destination}"]);
                    Node.Run(() =>
                    {
                        using var table = new IpvsTable();
                        table.QueueAdd(service);
                        table.QueueAdd(service.Key, destination);
                        table.Flush();
                        Assert.Contains(service, table.Services());
                        Assert.Equal([destination], table.Destinations(service.Key));
                    });
                }
            }
        }
        Assert.Equal(lines.Order(StringComparer.Ordinal), IpvsLab.Print(Node, "ipvsadm -Sn").Order(StringComparer.Ordinal));
        IpvsLab.Print(Node, "ipvsadm -C");
    }

    public void Dispose() => lab.Clear();
}
