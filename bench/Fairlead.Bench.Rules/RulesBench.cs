using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Dataplanes;
using Fairlead.Dataplanes.Ebpf;
using Fairlead.Dataplanes.Iptables;
using Fairlead.Dataplanes.Ipvs;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Dataplanes.Userspace;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Bench.Rules;

/// <summary>One mode at one size of the table: how long it takes to load, to change, and to connect through.</summary>
sealed class RulesBench(RulesLab lab, string mode, string? cgroup, int services, int endpoints)
{
    /// <summary>At most so many changes, and no new one after a minute: iptables takes seconds for one at 250,000 endpoints.</summary>
    const int Changes = 60;
    static readonly TimeSpan ChangesWithin = TimeSpan.FromMinutes(1);

    const int Connections = 2000, Requests = 4000, StreamBytes = 256 << 20;

    ClusterSnapshot snapshot = new() { PodRanges = [AddressRange.Parse("10.244.0.0/16")], LocalAddresses = [Address.Parse("10.244.1.1")] };
    TimeSpan cpu;

    public string Run() => lab.OnNode(() =>
    {
        for (var i = 0; i < services; i++) snapshot = snapshot.With(ServiceOf(i)).With(SliceOf(i, last: i == services - 1, host: 2));
        snapshot = snapshot.With(Sink).With(SinkSlice);
        var state = new NodeTableState("n1");
        var resolve = Time(() => state.Apply(snapshot, snapshot.Services.Keys));
        double load;
        using (var earlier = Create())
        {
            earlier.Remove();
            load = Time(() => earlier.Converge(state.Table));
        }
        using var plane = Create();
        var adoption = Time(() => plane.Converge(state.Table));
        var lookOver = Time(() => plane.Converge(state.Table));
        var (change, packet) = Change(state, plane);
        var vip = new IPEndPoint(IPAddress.Parse(VipOf(services - 1)), 80);
        var direct = new IPEndPoint(IPAddress.Parse("10.244.1.2"), 8080);
        // In turns, so that both see the same neighbours on the machine.
        List<double> through = [], straight = [];
        for (var i = 0; i < Connections; i++)
        {
            through.Add(Time(() => Connect(vip)) * 1000);
            straight.Add(Time(() => Connect(direct)) * 1000);
        }
        var (requests, requestsDirect) = (Rate(vip), Rate(direct));
        var (stream, streamDirect) = (Stream(new(IPAddress.Parse(SinkVip), 80)), Stream(new(IPAddress.Parse("10.244.1.2"), RulesLab.SinkPort)));
        var memory = GC.GetTotalMemory(true) / 1e6;
        plane.Remove();
        GC.KeepAlive(state);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {mode} | {services:N0} × {endpoints} | {resolve:F0} | {load:F0} | {adoption:F0} | {lookOver:F0} | {At(change, 50):F3} / {At(change, 99):F3}{(change.Count < Changes ? $" ({change.Count})" : "")} | {cpu.TotalMilliseconds:F2} | {At(packet, 50):F3} | {At(through, 50):F0} / {At(through, 99):F0} | {At(straight, 50):F0} / {At(straight, 99):F0} | {requests:N0} ({requestsDirect:N0}) | {stream:F1} ({streamDirect:F1}) | {memory:F0} |");
    });

    IDataplane Create() => mode switch
    {
        "nftables" => new NftablesDataplane(),
        "ebpf" => new EbpfDataplane(new(cgroup!)),
        "ipvs" => new IpvsDataplane(IpvsSettings.Default, IptablesVariant.Legacy),
        "iptables-legacy" => new IptablesDataplane(IptablesVariant.Legacy),
        "iptables-nft" => new IptablesDataplane(IptablesVariant.Nft),
        "userspace" => new UserspaceDataplane(),
        _ => throw new ArgumentException($"there is no mode {mode}"),
    };

    static double Rate(IPEndPoint to)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Requests; i++) Connect(to);
        return Requests / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Gigabits a second of one connection.</summary>
    static double Stream(IPEndPoint to)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(to);
        var buffer = new byte[1 << 20];
        var watch = Stopwatch.StartNew();
        for (var sent = 0L; sent < StreamBytes;) sent += socket.Send(buffer);
        socket.Shutdown(SocketShutdown.Send);
        socket.Receive(buffer);
        return StreamBytes * 8.0 / watch.Elapsed.TotalSeconds / 1e9;
    }

    (List<double> Work, List<double> UntilPacket) Change(NodeTableState state, IDataplane plane)
    {
        List<double> work = [], packet = [];
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var index = services - 1;
        var all = Stopwatch.StartNew();
        for (var i = 0; i < Changes && (i < 3 || all.Elapsed < ChangesWithin); i++)
        {
            var host = 2 + (i + 1) % 2;
            var slice = SliceOf(index, last: true, host);
            var watch = Stopwatch.StartNew();
            snapshot = snapshot.With(slice);
            plane.Apply(state.Apply(snapshot, [new("default", $"s{index}")]), state.Table);
            work.Add(watch.Elapsed.TotalMilliseconds);
            var reached = Connect(new(IPAddress.Parse(VipOf(index)), 80));
            packet.Add(watch.Elapsed.TotalMilliseconds);
            if (reached != host) throw new InvalidOperationException($"reached host {reached} after the change to {host}");
        }
        cpu = (Process.GetCurrentProcess().TotalProcessorTime - before) / work.Count;
        return (work, packet);
    }

    static int Connect(IPEndPoint to)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
        socket.Connect(to);
        var answer = new byte[1];
        socket.Receive(answer);
        return answer[0];
    }

    const string SinkVip = "10.95.0.1";

    static readonly Service Sink = new() { Metadata = new() { Namespace = "default", Name = "sink" }, Spec = new() { ClusterIP = SinkVip, Ports = [new() { Port = 80 }] } };

    static readonly EndpointSlice SinkSlice = new()
    {
        Metadata = new() { Namespace = "default", Name = "sink-1", Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = "sink" } },
        AddressType = "IPv4",
        Ports = [new() { Name = "", Protocol = "TCP", Port = RulesLab.SinkPort }],
        Endpoints = [Endpoint("10.244.1.2")],
    };

    static string VipOf(int i) => $"10.{96 + i / 62500}.{i / 250 % 250}.{i % 250 + 1}";

    static Service ServiceOf(int i) => new()
    {
        Metadata = new() { Namespace = "default", Name = $"s{i}" },
        Spec = new() { ClusterIP = VipOf(i), Ports = [new() { Port = 80 }] },
    };

    // The last Service has one endpoint, a host that answers, so that a connection tells whether the change is in force.
    EndpointSlice SliceOf(int i, bool last, int host) => new()
    {
        Metadata = new() { Namespace = "default", Name = $"s{i}-1", Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = $"s{i}" } },
        AddressType = "IPv4",
        Ports = [new() { Name = "", Protocol = "TCP", Port = 8080 }],
        Endpoints = last
            ? [Endpoint($"10.244.1.{host}")]
            : [.. Enumerable.Range(0, endpoints).Select(e => Endpoint($"10.{128 + (i * endpoints + e) / 62500}.{(i * endpoints + e) / 250 % 250}.{(i * endpoints + e) % 250 + 1}"))],
    };

    static Endpoint Endpoint(string address) => new() { Addresses = [address], NodeName = "n2", Conditions = new() { Ready = true } };

    static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }

    static double At(List<double> values, int percent)
    {
        values.Sort();
        return values[Math.Min(values.Count - 1, values.Count * percent / 100)];
    }
}
