using System.Net;
using Fairlead.Cli.Traces.Live;
using Fairlead.Linux.Conntrack;
using Fairlead.Network.Addresses;

namespace Fairlead.Cli.Tests.Traces;

/// <summary>Connections are followed through the tables of several nodes.</summary>
public class FlowChainTests
{
    // A Pod asks another node for its node port; that node masquerades and translates.
    static readonly FlowChain Chain = new(
    [
        Flow("10.244.1.5:40000", "192.0.2.2:30080", "10.244.1.5:40000", "192.0.2.2:30080"),
        Flow("10.244.1.5:40000", "192.0.2.2:30080", "192.0.2.2:61000", "10.244.3.7:8080"),
        Flow("10.244.1.5:40001", "10.96.0.20:80", "10.244.1.5:40001", "10.244.2.12:8080"),
        Flow("192.0.2.2:61000", "10.244.3.7:8080", "192.0.2.2:61000", "10.244.3.7:8080"),
    ]);

    [Theory]
    [InlineData("10.244.1.5:40000", "192.0.2.2:30080", "192.0.2.2:61000 -> 10.244.3.7:8080")]
    [InlineData("10.244.1.5:40001", "10.96.0.20:80", "10.244.1.5:40001 -> 10.244.2.12:8080")]
    [InlineData("10.244.1.5:40002", "10.96.0.20:80", "10.244.1.5:40002 -> 10.96.0.20:80")]
    public void Follows(string source, string destination, string way)
    {
        var (from, to) = Chain.Follow(End(source), End(destination));

        Assert.Equal(way, $"{from.Address}:{from.Port} -> {to.Address}:{to.Port}");
    }

    [Fact]
    public void AConnectionThatWasTranslatedBeforeItLeftIsFoundByItsSender()
    {
        var chain = new FlowChain([Flow("10.244.1.5:40000", "10.244.2.12:8080", "10.244.1.5:40000", "10.244.2.12:8080")]);

        Assert.Equal(End("10.244.2.12:8080"), chain.FirstSeen(End("10.244.1.5:40000"), End("10.96.0.20:80")));
        Assert.Null(chain.FirstSeen(End("10.244.1.5:40000"), End("10.244.2.12:8080")));
        Assert.Null(chain.FirstSeen(End("10.244.1.5:40001"), End("10.96.0.20:80")));
    }

    [Fact]
    public void ATableThatLeadsInACircleIsLeft() =>
        new FlowChain([Flow("10.0.0.1:1", "10.0.0.2:2", "10.0.0.1:1", "10.0.0.3:3"), Flow("10.0.0.1:1", "10.0.0.3:3", "10.0.0.1:1", "10.0.0.2:2")]).Follow(End("10.0.0.1:1"), End("10.0.0.2:2"));

    static FlowEnd End(string text) => IPEndPoint.Parse(text) is var end ? new(Address.From(end.Address), end.Port) : default;

    static Flow Flow(string source, string destination, string replyTo, string replyFrom)
    {
        var ends = new[] { source, destination, replyTo, replyFrom }.Select(IPEndPoint.Parse).ToArray();
        return new(6, ends[1].Address.GetAddressBytes(), ends[1].Port, ends[3].Address.GetAddressBytes(), ends[3].Port)
        {
            Source = ends[0].Address.GetAddressBytes(), SourcePort = ends[0].Port, ReplyDestination = ends[2].Address.GetAddressBytes(), ReplyDestinationPort = ends[2].Port,
        };
    }
}
