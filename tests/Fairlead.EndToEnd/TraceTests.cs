using System.Text.Json.Nodes;

namespace Fairlead.EndToEnd;

/// <summary>`fairlead trace` on a real cluster: its prediction beside real packets, and faults that a user makes.</summary>
[Collection(nameof(RunningCluster))]
public class TraceTests(RunningCluster running)
{
    Kubectl Kubectl => running.Kubectl;

    public static TheoryData<string> Modes => [.. ProxyModes.Here];

    [Theory, MemberData(nameof(Modes))]
    public async Task Real_packets_go_where_it_says(string mode)
    {
        await running.ScaleAsync(3);
        await ProxyModes.UseAsync(Kubectl, mode);
        await Kubectl.OkAsync("expose", "deployment", "web", "--name=traced", "--type=NodePort", "--port=80", "--target-port=http");
        try
        {
            var port = (await Kubectl.OkAsync("get", "service", "traced", "-o", "jsonpath={.spec.ports[0].nodePort}")).Trim();
            // Slices take a moment to be made.
            await Run.UntilAsync("the Service answers", TimeSpan.FromSeconds(5), async () => (await TraceAsync("client", "traced:80")).Code == 0 ? "" : null);
            foreach (var (from, to) in ((string, string)[])[
                ("client", "traced:80"), ("node/node1", "traced"), ("node/node2", $"10.81.0.11:{port}"), ("client", $"10.81.0.12:{port}"), ("10.81.0.1", "traced")])
            {
                var (code, trace) = await TraceAsync(from, to, "--live", "--probes", "40");
                Assert.Equal((0, true), (code, (bool)trace["answers"]!));
                var live = trace["live"]!;
                Assert.True((bool)live["agrees"]!, $"{mode}: {from} to {to}: {trace}");
                Assert.Equal((40, 40, 0), ((int)live["probes"]!, (int)live["answered"]!, (int)live["untraced"]!));
                Assert.Equal(3, live["endpoints"]!.AsArray().Count(e => (int)e!["observed"]! > 0));
            }
            var (_, names) = await TraceAsync("client", "kube-dns.kube-system:53", "--proto", "udp", "--live", "--probes", "10");
            Assert.True((bool)names["live"]!["agrees"]!, names.ToString());
            Assert.Equal(10, (int)names["live"]!["answered"]!);
        }
        finally
        {
            await Kubectl.OkAsync("delete", "service", "traced");
            await ProxyModes.UseAsync(Kubectl, "nftables");
        }
    }

    [Fact]
    public async Task A_wrong_selector_is_named_and_nothing_answers()
    {
        await running.ScaleAsync(3);
        await Kubectl.OkAsync("create", "service", "clusterip", "wrong", "--tcp=80:8080");
        await Kubectl.OkAsync("patch", "service", "wrong", "--type=merge", "-p", """{"spec":{"selector":{"app":"wbe"}}}""");
        try
        {
            var (code, trace) = await TraceAsync("client", "wrong:80", "--live", "--probes", "5");
            Assert.Equal(2, code);
            Assert.Equal("SelectorMatchesNothing", (string?)trace["cause"]!["reason"]);
            Assert.Contains("app=web instead of app=wbe", (string?)trace["cause"]!["text"]);
            Assert.Equal((0, true), ((int)trace["live"]!["answered"]!, (bool)trace["live"]!["agrees"]!));
        }
        finally
        {
            await Kubectl.OkAsync("delete", "service", "wrong");
        }
    }

    [Fact]
    public async Task That_nobody_listens_only_real_packets_show()
    {
        await running.ScaleAsync(3);
        await Kubectl.OkAsync("expose", "deployment", "web", "--name=deaf", "--port=80", "--target-port=8888");
        try
        {
            await Run.UntilAsync("the Service has endpoints", TimeSpan.FromSeconds(5), async () => (await TraceAsync("client", "deaf:80")).Code == 0 ? "" : null);
            var (code, trace) = await TraceAsync("client", "deaf:80", "--live", "--probes", "20");
            Assert.Equal(2, code);
            Assert.Equal(("TargetPortNotDeclared", false), ((string?)trace["cause"]!["reason"], (bool)trace["cause"]!["certain"]!));
            Assert.Equal("NobodyListens", (string?)trace["live"]!["finding"]!["reason"]);
            Assert.Equal(20, trace["live"]!["endpoints"]!.AsArray().Sum(e => (int)e!["refused"]!));
        }
        finally
        {
            await Kubectl.OkAsync("delete", "service", "deaf");
        }
    }

    [Fact]
    public async Task A_kernel_that_is_behind_the_API_is_seen()
    {
        await running.ScaleAsync(3);
        await Kubectl.OkAsync("expose", "deployment", "web", "--name=behind", "--port=80", "--target-port=http");
        await Run.UntilAsync("the Service has endpoints", TimeSpan.FromSeconds(5), async () => (await TraceAsync("node/node1", "behind", "--live", "--probes", "5")).Trace["live"]!["agrees"]!.GetValue<bool>() ? "" : null);
        var status = JsonNode.Parse((await running.Cluster.StatusAsync()).Output)!;
        var agent = status["processes"]!.AsArray().Single(p => (string?)p!["name"] == "node1-agent")!["pid"]!.ToString();
        await Run.ProgramAsync("kill", ["-STOP", agent], null, null);
        try
        {
            var chosen = (await Kubectl.OkAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}")).Trim();
            await Kubectl.OkAsync("label", "pod", chosen, "chosen=yes");
            await Kubectl.OkAsync("patch", "service", "behind", "--type=merge", "-p", """{"spec":{"selector":{"app":"web","chosen":"yes"}}}""");
            var trace = await Run.UntilAsync("the API has one endpoint", TimeSpan.FromSeconds(5), async () =>
                (await TraceAsync("node/node1", "behind", "--live")).Trace is var now && now["endpoints"]!.AsArray().Count == 1 ? now : null);
            Assert.False((bool)trace["live"]!["agrees"]!, trace.ToString());
            Assert.Equal(3, trace["live"]!["endpoints"]!.AsArray().Count(e => (int)e!["observed"]! > 0));
            Assert.Equal(2, trace["live"]!["disagreements"]!.AsArray().Count(d => d!.ToString().EndsWith("which was not predicted.", StringComparison.Ordinal)));
        }
        finally
        {
            await Run.ProgramAsync("kill", ["-CONT", agent], null, null);
            await Kubectl.OkAsync("delete", "service", "behind");
            await Kubectl.OkAsync("label", "pod", "-l", "app=web", "chosen-");
        }
    }

    async Task<(int Code, JsonNode Trace)> TraceAsync(string from, string to, params string[] more)
    {
        var said = await Run.FairleadAsync(["trace", from, "--to", to, "--name", running.Cluster.Name, "-o", "json", .. more]);
        return (said.Code, JsonNode.Parse(said.Output) ?? throw new InvalidOperationException(said.Errors));
    }
}
