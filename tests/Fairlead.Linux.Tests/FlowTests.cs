using System.Net;
using System.Net.Sockets;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Nftables;
using Fairlead.Linux.Processes;
using Fairlead.Linux.Sockets;

namespace Fairlead.Linux.Tests;

/// <summary>Where connections really go, as the kernel tells it.</summary>
public class FlowTests
{
    const string Translate = "table ip t { chain c { type nat hook output priority -100; ip daddr 127.0.0.9 tcp dport 80 dnat to 127.0.0.1:8080; }; }";

    [Fact]
    public void A_flow_is_told_of_with_both_its_ends_even_if_it_is_refused_at_once()
    {
        using var scratch = new ScratchNamespace();
        var (port, flows) = scratch.Namespace.Run(() =>
        {
            using var nft = new NftablesContext();
            nft.Run(Translate);
            using var events = new ConntrackEvents();
            Assert.Empty(events.Drain());
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var own = ((IPEndPoint)socket.LocalEndPoint!).Port;
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => socket.Connect(IPAddress.Parse("127.0.0.9"), 80)).SocketErrorCode);
            return (own, events.Drain());
        });

        var flow = Assert.Single(flows);
        Assert.Equal((6, "127.0.0.1", port, "127.0.0.9", 80), (flow.Protocol, Text(flow.Source), flow.SourcePort, Text(flow.Destination), flow.DestinationPort));
        Assert.Equal(("127.0.0.1", 8080, "127.0.0.1", port), (Text(flow.ReplySource), flow.ReplySourcePort, Text(flow.ReplyDestination), flow.ReplyDestinationPort));
    }

    [Fact]
    public void A_socket_is_found_with_its_remote_end()
    {
        using var scratch = new ScratchNamespace();
        scratch.Namespace.Run(() =>
        {
            foreach (var loopback in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
            {
                using var socket = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(loopback, 5353);
                var table = loopback.AddressFamily == AddressFamily.InterNetwork ? "udp" : "udp6";
                Assert.Contains(new SocketEntry((IPEndPoint)socket.LocalEndPoint!, new(loopback, 5353)), SocketTable.Read(table));
            }
        });
        Assert.Empty(scratch.Namespace.Run(() => SocketTable.Read("tcp")));
    }

    [Theory]
    [InlineData("  0: 0100007F:1F90 0B02F40A:0050 01 00000000:00000000", "127.0.0.1:8080 10.244.2.11:80")]
    [InlineData("  1: 0000000000000000FFFF00000100007F:0016 0000000000000000FFFF00000200007F:1F90 01", "127.0.0.1:22 127.0.0.2:8080")]
    [InlineData("  2: B80D01200000000000000000 01", null)]
    [InlineData("sl  local_address rem_address st", null)]
    [InlineData("", null)]
    public void A_line_of_a_socket_table_is_read(string line, string? ends) => Assert.Equal(ends, SocketTable.Parse(line) is { } entry ? $"{entry.Local} {entry.Remote}" : null);

    [Fact]
    public void A_process_knows_its_cgroup_and_may_enter_it()
    {
        var own = Cgroups.UnifiedPathOf(Environment.ProcessId);
        Assert.NotNull(own);
        new Cgroups().Enter(own);
        Assert.Equal(own, Cgroups.UnifiedPathOf(Environment.ProcessId));
        Assert.Null(Cgroups.UnifiedPathOf(int.MaxValue));
    }

    static string Text(byte[] address) => new IPAddress(address).ToString();
}
