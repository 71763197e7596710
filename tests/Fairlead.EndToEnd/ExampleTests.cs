using System.Net.Http;
using System.Text.Json.Nodes;

namespace Fairlead.EndToEnd;

/// <summary>The example of the README, on two nodes, with stock kubectl, real containers and real packets.</summary>
[Collection(nameof(RunningCluster))]
public class ExampleTests(RunningCluster running)
{
    const string CallForty = "for i in $(seq 40); do wget -q -O - http://web:80/ || echo failed; done";

    Kubectl Kubectl => running.Kubectl;

    [Fact]
    public async Task All_replicas_answer_by_name_from_every_node()
    {
        await running.ScaleAsync(3);
        var replicas = Lines(await Kubectl.OkAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}"));
        var nodes = Lines(await Kubectl.OkAsync("get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}"));
        Assert.Equal(2, nodes.Count);
        foreach (var node in nodes)
        {
            var caller = $"caller-{node}";
            await Kubectl.OkAsync("run", caller, "--image=fairlead.local/test:latest", "--image-pull-policy=IfNotPresent", "--restart=Never",
                "--overrides={\"spec\":{\"nodeName\":\"" + node + "\",\"terminationGracePeriodSeconds\":0}}", "--command", "--", "sleep", "1000");
            await Kubectl.OkAsync("wait", "--for=condition=Ready", $"pod/{caller}", "--timeout=30s");
            var answers = Lines(await Kubectl.OkAsync("exec", caller, "--", "sh", "-c", CallForty));
            Assert.Equal(replicas.Order(), answers.Distinct().Order());
            await Kubectl.OkAsync("delete", "pod", caller, "--wait=false");
        }
    }

    [Fact]
    public async Task Scaling_to_five_and_to_none_is_followed_within_a_second()
    {
        await running.ScaleAsync(5);
        await Run.UntilAsync("five answer", TimeSpan.FromSeconds(1.5), async () =>
            Lines(await running.InClientAsync(CallForty)).Distinct().Count(a => a != "failed") == 5 ? "" : null);
        await Kubectl.OkAsync("scale", "deployment/web", "--replicas=0");
        await Run.UntilAsync("no endpoint is ready", TimeSpan.FromSeconds(1.5), async () =>
            (await Kubectl.OkAsync("get", "endpointslices", "-l", "kubernetes.io/service-name=web", "-o", "jsonpath={.items[*].endpoints[*].conditions.ready}")).Contains("true") ? null : "");
        // Pods that are leaving serve while there are no others (KEP-1669); when they are gone the Service refuses at once.
        await Run.UntilAsync("the Service refuses", TimeSpan.FromSeconds(10), async () =>
            (await running.InClientAsync("wget -q -O - http://web:80/ || echo failed")).Trim() == "failed" ? "" : null);
        await running.ScaleAsync(3);
    }

    [Fact]
    public async Task Deleting_a_Pod_loses_no_request()
    {
        await running.ScaleAsync(3);
        var victim = Lines(await Kubectl.OkAsync("get", "pods", "-l", "app=web", "-o", "name"))[0];
        var calling = running.InClientAsync("n=0; while [ $n -lt 400 ]; do wget -q -O - http://web:80/ || echo failed; n=$((n+1)); done");
        await Kubectl.OkAsync("delete", victim, "--wait=false");
        var answers = Lines(await calling);
        Assert.Equal(400, answers.Count);
        Assert.DoesNotContain("failed", answers);
        await running.ScaleAsync(3);
    }

    [Fact]
    public async Task The_host_reaches_Services_and_Pods()
    {
        await running.ScaleAsync(3);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var service = (await Kubectl.OkAsync("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")).Trim();
        Assert.StartsWith("web-", await http.GetStringAsync($"http://{service}:80/"));
        var pod = (await Kubectl.OkAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].status.podIP}")).Trim();
        Assert.StartsWith("web-", await http.GetStringAsync($"http://{pod}:8080/"));
        await Kubectl.OkAsync("expose", "deployment", "web", "--name=web-port", "--type=NodePort", "--port=80", "--target-port=8080");
        var port = (await Kubectl.OkAsync("get", "service", "web-port", "-o", "jsonpath={.spec.ports[0].nodePort}")).Trim();
        foreach (var node in Lines(await Kubectl.OkAsync("get", "nodes", "-o", "jsonpath={range .items[*]}{.status.addresses[?(@.type==\"InternalIP\")].address}{\"\\n\"}{end}")))
        {
            var answer = await Run.UntilAsync($"NodePort on {node}", TimeSpan.FromSeconds(3), async () =>
            {
                try { return await http.GetStringAsync($"http://{node}:{port}/"); }
                catch (HttpRequestException) { return null; }
            });
            Assert.StartsWith("web-", answer);
        }
        await Kubectl.OkAsync("delete", "service", "web-port");
    }

    public static TheoryData<string> EveryKubectl() => [.. Kubectl.Programs];

    [Theory, MemberData(nameof(EveryKubectl))]
    public async Task Logs_exec_and_port_forward_work(string program)
    {
        var kubectl = Kubectl.With(program);
        await kubectl.OkAsync("run", "speaker", "--image=fairlead.local/test:latest", "--image-pull-policy=IfNotPresent", "--restart=Never",
            "--command", "--", "sh", "-c", "echo one; sleep 0.3; echo two >&2; mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8000 -h /www");
        try
        {
            await kubectl.OkAsync("wait", "--for=condition=Ready", "pod/speaker", "--timeout=30s");
            await Run.UntilAsync("the server listens", TimeSpan.FromSeconds(20), async () =>
                (await kubectl.RunAsync(null, "exec", "speaker", "--", "wget", "-q", "-O", "-", "http://127.0.0.1:8000/")).Code == 0 ? "" : null);
            Assert.Equal(["one", "two"], Lines(await kubectl.OkAsync("logs", "speaker")));
            Assert.Equal("two", (await kubectl.OkAsync("logs", "speaker", "--tail=1")).Trim());
            var exec = await kubectl.RunAsync("from outside", "exec", "-i", "speaker", "--", "sh", "-c", "cat; echo to stderr >&2; exit 7");
            Assert.Equal(7, exec.Code);
            Assert.Contains("from outside", exec.Output);
            Assert.Contains("to stderr", exec.Errors);
            await PortForwardAsync(kubectl);
            await AttachAsync(kubectl);
        }
        finally
        {
            await kubectl.OkAsync("delete", "pod", "speaker", "--grace-period=0", "--force", "--wait=true");
        }
    }

    /// <summary>What a container reads and writes, through kubectl attach.</summary>
    static async Task AttachAsync(Kubectl kubectl)
    {
        await kubectl.OkAsync("run", "echo", "--image=fairlead.local/test:latest", "--image-pull-policy=IfNotPresent", "--restart=Never", "--stdin", "--attach=false", "--command", "--", "cat");
        try
        {
            await kubectl.OkAsync("wait", "--for=condition=Ready", "pod/echo", "--timeout=30s");
            using var attach = kubectl.Start("attach", "-i", "echo");
            try
            {
                await attach.StandardInput.WriteLineAsync("is anybody there?");
                await attach.StandardInput.FlushAsync();
                string? line;
                do line = await attach.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
                while (line is not null && !line.Contains("is anybody there?"));
                Assert.NotNull(line);
            }
            finally
            {
                attach.Kill();
                await attach.WaitForExitAsync();
            }
        }
        finally
        {
            await kubectl.OkAsync("delete", "pod", "echo", "--grace-period=0", "--force");
        }
    }

    static async Task PortForwardAsync(Kubectl kubectl)
    {
        using var forward = kubectl.Start("port-forward", "pod/speaker", ":8000");
        try
        {
            var line = await forward.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
            var port = line!.Split(' ').Single(w => w.StartsWith("127.0.0.1:", StringComparison.Ordinal)).Split(':')[1];
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            for (var i = 0; i < 3; i++) Assert.Equal("hello", (await http.GetStringAsync($"http://127.0.0.1:{port}/")).Trim());
        }
        finally
        {
            forward.Kill();
            await forward.WaitForExitAsync();
        }
    }

    [Theory, MemberData(nameof(EveryKubectl))]
    public async Task Describe_explain_and_get_work(string program)
    {
        var kubectl = Kubectl.With(program);
        var described = await kubectl.OkAsync("describe", "pod", "-l", "app=web");
        Assert.Contains("Successfully assigned default/web-", described);
        Assert.Contains("Started container httpd", described);
        var explained = await kubectl.OkAsync("explain", "pod.spec.containers.livenessProbe");
        Assert.Contains("failureThreshold", explained);
        Assert.Contains("periodSeconds", explained);
        Assert.Matches("NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP", await kubectl.OkAsync("get", "nodes", "-o", "wide"));
        Assert.Contains("deployments", await kubectl.OkAsync("api-resources"));
        await kubectl.OkAsync("apply", "-f", "docs/examples/web.yaml");
        var unknown = await kubectl.RunAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"dat":{}}""", "apply", "-f", "-");
        Assert.NotEqual(0, unknown.Code);
        Assert.Contains("unknown field \"dat\"", unknown.Errors);
    }

    [Fact]
    public async Task A_rollout_is_undone()
    {
        await running.ScaleAsync(3);
        await Kubectl.OkAsync("set", "env", "deployment/web", "COLOUR=green");
        await Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=90s");
        Assert.Contains("green", await Kubectl.OkAsync("exec", "deployment/web", "--", "env"));
        await Kubectl.OkAsync("rollout", "undo", "deployment/web");
        await Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=90s");
        Assert.DoesNotContain("COLOUR", await Kubectl.OkAsync("get", "deployment", "web", "-o", "json"));
        var revision = JsonNode.Parse(await Kubectl.OkAsync("get", "deployment", "web", "-o", "json"))!["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"];
        Assert.Equal("3", (string?)revision);
    }

    static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
