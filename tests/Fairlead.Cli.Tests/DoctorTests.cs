using System.Net;
using Fairlead.Cli.Cluster;
using Fairlead.Cli.Doctor;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cli.Tests;

public class DoctorTests
{
    static readonly ClusterLayout Layout = ClusterLayout.Of(new() { Name = "flc-doctor" });
    static readonly Dictionary<int, string> Links = new() { [2] = "eth0", [7] = "flc-doctor" };

    public static TheoryData<string, string, int, string?> Routes() => new()
    {
        { "elsewhere", "192.0.2.0/24", 2, null },
        { "the default route", "0.0.0.0/0", 2, null },
        { "the same range", "10.89.0.0/24", 2, "10.89.0.0/24 overlaps the route to 10.89.0.0/24 on eth0: give --node-cidr a range that is free." },
        { "a part of it", "10.96.4.0/24", 2, "10.96.0.0/16 overlaps the route to 10.96.4.0/24 on eth0: give --service-cidr a range that is free." },
        { "around it", "10.244.0.0/15", 2, "10.244.0.0/16 overlaps the route to 10.244.0.0/15 on eth0: give --cluster-cidr a range that is free." },
        { "the cluster's own", "10.89.0.0/24", 7, null },
    };

    [Theory, MemberData(nameof(Routes))]
    public void Ranges_that_are_taken_are_complained_about(string row, string route, int device, string? complaint)
    {
        var given = NetworkChecks.Ranges(Layout, [new Route(IPNetwork.Parse(route)) { Device = device }], 7, Links);
        Assert.True(given == complaint, $"{row}: {given}");
    }

    [Theory]
    [InlineData("everywhere", "0.0.0.0", 6443, true)]
    [InlineData("on the bridge", "10.89.0.1", 6443, true)]
    [InlineData("another address", "127.0.0.1", 6443, false)]
    [InlineData("another port", "0.0.0.0", 6444, false)]
    public void A_port_that_is_taken_is_complained_about(string row, string address, int port, bool taken) =>
        Assert.True(NetworkChecks.Port(Layout, [new(IPAddress.Parse(address), port)]) is not null == taken, row);

    [Fact]
    public void An_old_kernel_is_named()
    {
        Assert.Equal("Linux 4.19 is too old: use 5.4 or later.", MachineChecks.Kernel(new(4, 19)));
        Assert.Null(MachineChecks.Kernel(new(6, 1, 0)));
    }

    [Fact]
    public void Missing_programs_are_named_with_their_packages()
    {
        Assert.Null(MachineChecks.Missing(name => "/bin/" + name));
        Assert.Equal("nft, nsenter, setsid not installed: run apt-get install nftables util-linux.",
            MachineChecks.Missing(name => name is "containerd" or "busybox" ? "/bin/" + name : null));
    }
}
