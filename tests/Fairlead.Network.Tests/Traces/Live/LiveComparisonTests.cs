using Fairlead.Network.Addresses;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Network.Tests.Traces.Live;

/// <summary>When real packets speak against a prediction, and when they do not.</summary>
public class LiveComparisonTests
{
    const string Web1 = "10.244.1.11:8080", Web2 = "10.244.2.12:8080", Client = "10.244.1.5", Node = "192.0.2.1";

    static readonly Func<TraceResult> Web = () => HealthyCluster.Create().Trace("client", "web");

    static readonly Func<TraceResult> Sticky = () =>
    {
        var cluster = HealthyCluster.Create();
        cluster.Spec("web", s => s with { SessionAffinity = "ClientIP" });
        return cluster.Trace("client", "web");
    };

    static readonly Func<TraceResult> Empty = () =>
    {
        var cluster = HealthyCluster.Create();
        cluster.Spec("web", s => s with { Selector = new Dictionary<string, string> { ["app"] = "none" } });
        return cluster.Trace("client", "web");
    };

    static readonly Func<TraceResult> Names = () => HealthyCluster.Create().Trace("client", "kube-dns.kube-system:53", "udp");

    public sealed record Case(string Name, Func<TraceResult> Trace, Probe[] Probes, string Says)
    {
        public string? Finding { get; init; }
        public override string ToString() => Name;
    }

    static readonly Case[] Rows =
    [
        new("even", Web, [.. Answered(48, Web1), .. Answered(52, Web2)], ""),
        new("uneven by chance", Web, [.. Answered(35, Web1), .. Answered(65, Web2)], ""),
        new("uneven beyond chance", Web, [.. Answered(25, Web1), .. Answered(75, Web2)], $"25 of 100 probes went to {Web1}, where 50 % were predicted. 75 of 100 probes went to {Web2}, where 50 % were predicted."),
        new("one endpoint gets none of a few", Web, Answered(5, Web1), ""),
        new("one endpoint gets none of many", Web, Answered(40, Web1), $"40 of 40 probes went to {Web1}, where 50 % were predicted. 0 of 40 probes went to {Web2}, where 50 % were predicted."),
        new("an endpoint that nobody predicted", Web, [.. Answered(50, Web1), .. Answered(49, Web2), .. Answered(1, "10.244.9.9:8080")], "1 probe went to 10.244.9.9:8080, which was not predicted."),
        new("a client that is remembered goes to one", Sticky, Answered(100, Web2), ""),
        new("a client that is remembered goes to two", Sticky, [.. Answered(50, Web1), .. Answered(50, Web2)], "The client's probes went to 2 endpoints, where its affinity keeps it at one."),
        new("refused as predicted", Empty, Make(10, ProbeOutcome.Refused, null), ""),
        new("answered against the prediction", Empty, Answered(10, Web1), "10 probes went to 10.244.1.11:8080, which was not predicted. 10 probes were answered, where nothing was to answer."),
        new("refused against the prediction", Web, Make(10, ProbeOutcome.Refused, null), "10 probes were refused before any endpoint, where all were to arrive."),
        new("dropped against the prediction", Web, Make(10, ProbeOutcome.Silent, null), "10 probes got no answer, where all were to arrive."),
        new("one endpoint is silent", Web, [.. Answered(6, Web1), .. Make(4, ProbeOutcome.Silent, Web2)], "4 probes got no answer, where all were to arrive."),
        new("nobody listens on one", Web, [.. Answered(6, Web1), .. Make(4, ProbeOutcome.Refused, Web2)], "") { Finding = "Pod default/web-2 refuses connections to 10.244.2.12:8080: nobody listens there" },
        new("a datagram without answer says nothing", Names, Make(10, ProbeOutcome.Silent, "192.0.2.1:53"), ""),
        new("masqueraded against the prediction", Web, [.. Answered(5, Web1, Node), .. Answered(5, Web2)], $"{Web1} saw the sender as {Node}, where {Client} was predicted."),
        new("not masqueraded against the prediction", () => HealthyCluster.Create().Trace("198.51.100.7", "192.0.2.1:30080"), [.. Answered(5, Web1, "198.51.100.7"), .. Answered(5, Web2, Node)],
            $"{Web1} saw the sender as 198.51.100.7, where an address of n1 was predicted."),
        new("outside, silence says nothing", () => HealthyCluster.Create().Trace("client", "198.51.100.1:443"), Make(5, ProbeOutcome.Silent, "198.51.100.1:443"), ""),
    ];

    public static TheoryData<Case> Cases => [.. Rows];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says(Case row)
    {
        var report = LiveComparison.Of(row.Trace(), row.Probes);

        Assert.Equal(row.Says, string.Join(' ', report.Disagreements));
        Assert.Equal(row.Says.Length == 0, report.Agrees);
        Assert.Equal(row.Probes.Length, report.Probes);
        Assert.Equal(row.Probes.Length, report.Untraced + report.Rows.Sum(r => r.Observed));
        if (row.Finding is { } finding) Assert.StartsWith(finding, report.Finding!.Text);
        else Assert.Null(report.Finding);
    }

    [Theory]
    [InlineData(10, 5, 0.5, 1)]
    [InlineData(10, 0, 0.5, 0.001953125)]
    [InlineData(10, 10, 0.5, 0.001953125)]
    [InlineData(4, 1, 0.25, 1)]
    [InlineData(3, 0, 0, 1)]
    [InlineData(3, 1, 0, 0)]
    [InlineData(3, 3, 1, 1)]
    [InlineData(3, 2, 1, 0)]
    public void TailsAreExact(int tries, int successes, double probability, double tail) => Assert.Equal(tail, Binomial.Tail(tries, successes, probability), 9);

    static Probe[] Answered(int number, string endpoint, string source = Client) => Make(number, ProbeOutcome.Answered, endpoint, source);

    static Probe[] Make(int number, ProbeOutcome outcome, string? endpoint, string source = Client)
    {
        var to = (Address.Parse("10.96.0.20"), 80);
        (Address, int)? end = endpoint?.Split(':') is [var address, var port] ? (Address.Parse(address), int.Parse(port)) : null;
        return [.. Enumerable.Repeat(new Probe(outcome, to, end, end is null ? null : Address.Parse(source)), number)];
    }
}
