using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Fairlead.Conformance.Cli;

public sealed partial class KubectlClient(RunningCluster cluster)
{
    async Task<(Kubectl Kubectl, Resource Pods, string Namespace)> HereAsync()
    {
        var ns = await cluster.NamespaceAsync("kubectl");
        return (new(cluster.Server, ns), cluster.Resource("v1", "pods", ns), ns);
    }

    Kubectl Anywhere => new(cluster.Server);

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl api-versions should check if v1 is in available api versions [Conformance]")]
    public async Task ApiVersions() => Assert.Contains("v1", (await Anywhere.RunAsync("api-versions")).Split('\n'));

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl cluster-info should check if Kubernetes control plane services is included in cluster-info [Conformance]")]
    public async Task ClusterInfo()
    {
        var output = Colours().Replace(await Anywhere.RunAsync("cluster-info"), "");
        Assert.Contains($"Kubernetes control plane is running at {cluster.Server.Address.ToString().TrimEnd('/')}", output);
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl version should check is all data is printed [Conformance]")]
    public async Task Version()
    {
        var version = JsonNode.Parse(await Anywhere.RunAsync("version", "-o", "json"));
        foreach (var side in (string[])["clientVersion", "serverVersion"])
            foreach (var field in (string[])["major", "minor", "gitCommit", "gitVersion", "buildDate", "platform"])
                Assert.False(string.IsNullOrEmpty(version.Text($"{side}.{field}")), $"{side}.{field} is empty");
    }

    static string Deployment(string image) => $$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"httpd"},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"httpd"} },
         "template":{"metadata":{"labels":{"app":"httpd"} },"spec":{"containers":[{"name":"httpd","image":"{{image}}"}]} } } }
        """;

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl diff should check if kubectl diff finds a difference for Deployments [Conformance]")]
    public async Task Diff()
    {
        var (kubectl, _, _) = await HereAsync();
        await kubectl.FeedAsync(Deployment("httpd:2"), "create", "-f", "-");
        var (code, output, _) = await kubectl.EndAsync(Deployment("busybox:1"), "diff", "-f", "-");
        Assert.Equal(1, code);
        Assert.Contains("-      - image: httpd:2", output);
        Assert.Contains("+      - image: busybox:1", output);
        Assert.Equal(0, (await kubectl.EndAsync(Deployment("httpd:2"), "diff", "-f", "-")).Code);
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl label should update the label on a resource [Conformance]")]
    public async Task Label()
    {
        var (kubectl, pods, _) = await HereAsync();
        await pods.CreateAsync("""{"metadata":{"name":"pause"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        await kubectl.RunAsync("label", "pods", "pause", "testing-label=testing-label-value");
        Assert.Contains("testing-label-value", await kubectl.RunAsync("get", "pod", "pause", "-L", "testing-label"));
        Assert.Contains("pause", await kubectl.RunAsync("get", "pod", "-l", "testing-label=testing-label-value"));
        await kubectl.RunAsync("label", "pods", "pause", "testing-label-");
        Assert.DoesNotContain("testing-label-value", await kubectl.RunAsync("get", "pod", "pause", "-L", "testing-label"));
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl run pod should create a pod from an image when restart is Never [Conformance]")]
    public async Task Run()
    {
        var (kubectl, pods, _) = await HereAsync();
        await kubectl.RunAsync("run", "httpd", "--restart=Never", "--pod-running-timeout=2m0s", "--image=httpd:2");
        var pod = await pods.GetAsync("httpd");
        Assert.Equal(("httpd:2", "Never"), (Assert.Single(pod.At("spec.containers")!.AsArray()).Text("image"), pod.Text("spec.restartPolicy")));
        await kubectl.RunAsync("delete", "pods", "httpd");
        await pods.AbsentAsync("httpd");
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl replace should update a single-container pod's image [Conformance]")]
    public async Task Replace()
    {
        var (kubectl, pods, _) = await HereAsync();
        await kubectl.RunAsync("run", "httpd", "--image=httpd:2", "--labels=run=httpd");
        await pods.UntilAsync("httpd", p => p.Text("status.phase") == "Running");
        var shown = await kubectl.RunAsync("get", "pod", "httpd", "-o", "json");
        Assert.Equal("pod/httpd replaced\n", await kubectl.FeedAsync(shown.Replace("\"image\": \"httpd:2\"", "\"image\": \"busybox:1\"", StringComparison.Ordinal), "replace", "-f", "-"));
        Assert.Equal("busybox:1", (await pods.GetAsync("httpd")).Text("spec.containers.0.image"));
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Kubectl server-side dry-run should check if kubectl can dry-run update Pods [Conformance]")]
    public async Task DryRun()
    {
        var (kubectl, pods, _) = await HereAsync();
        await kubectl.RunAsync("run", "httpd", "--image=httpd:2");
        await pods.UntilAsync("httpd", p => p.Text("status.phase") == "Running");
        const string Patch = """{"spec":{"containers":[{"name":"httpd","image":"busybox:1"}]}}""";
        Assert.Contains("busybox:1", await kubectl.RunAsync("patch", "pod", "httpd", "-p", Patch, "--dry-run=server", "-o", "json"));
        Assert.Equal("httpd:2", (await pods.GetAsync("httpd")).Text("spec.containers.0.image"));
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Proxy server should support proxy with --port 0 [Conformance]")]
    public async Task ProxyPort()
    {
        using var proxy = Anywhere.Start("proxy", "-p", "0", "--disable-filter");
        try
        {
            var line = await proxy.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";
            var address = Address().Match(line);
            Assert.True(address.Success, line);
            using var http = new HttpClient();
            Assert.Contains("v1", await http.GetStringAsync($"http://{address.Value}/api/"));
        }
        finally { proxy.Kill(); }
    }

    [Fact(DisplayName = "[sig-cli] Kubectl client Proxy server should support --unix-socket=/path [Conformance]")]
    public async Task ProxySocket()
    {
        var folder = Directory.CreateTempSubdirectory("fairlead-proxy-");
        var path = Path.Combine(folder.FullName, "test");
        using var proxy = Anywhere.Start("proxy", $"--unix-socket={path}");
        try
        {
            await proxy.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            using var http = new HttpClient(new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellation) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            });
            Assert.Contains("v1", await http.GetStringAsync("http://localhost/api/"));
        }
        finally
        {
            proxy.Kill();
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
