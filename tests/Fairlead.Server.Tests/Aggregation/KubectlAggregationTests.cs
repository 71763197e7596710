using System.Diagnostics;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>The stock client with kinds of another server. Without kubectl on the machine these are listed as skipped.</summary>
public sealed class KubectlAggregationTests(AggregatedServers servers) : IClassFixture<AggregatedServers>
{
    readonly TestServer server = servers.Server;

    static string? Kubectl => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(d => new[] { Path.Combine(d, "kubectl.1.33"), Path.Combine(d, "kubectl") }).FirstOrDefault(File.Exists);

    [Fact]
    public async Task Kinds_of_the_second_server_are_known_by_name()
    {
        var ns = await server.NamespaceAsync("kubectl");
        const string manifest = $"apiVersion: {SecondServer.Group}/{SecondServer.Version}\nkind: Flunder\nmetadata:\n  name: mine\n";
        Assert.Equal("flunder.wardle.example.com/mine created\n", await RunAsync(manifest, "-n", ns, "create", "--validate=false", "-f", "-"));
        foreach (var name in (string[])["flunders", "flunder", "fl", $"flunders.{SecondServer.Group}"])
            Assert.Contains("mine", await RunAsync("", "-n", ns, "get", name), StringComparison.Ordinal);
        Assert.Contains("flunders", await RunAsync("", "api-resources", $"--api-group={SecondServer.Group}"), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"flunders\"", await RunAsync("", "get", "--raw", SecondServer.Path), StringComparison.Ordinal);
        Assert.Contains($"{SecondServer.Group}/{SecondServer.Version}", await RunAsync("", "api-versions"), StringComparison.Ordinal);
        Assert.Equal("flunder.wardle.example.com \"mine\" deleted\n", await RunAsync("", "-n", ns, "delete", "flunder", "mine"));
        var table = (await RunAsync("", "get", "apiservices")).Split('\n');
        Assert.Equal(["NAME", "SERVICE", "AVAILABLE", "AGE"], table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(table, l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [AggregatedServers.Name, "kube-system/sample-api", "True", _]);
        Assert.Contains(table, l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["v1.apps", "Local", "True", _]);
    }

    [Fact]
    public async Task Component_statuses_are_printed()
    {
        var rows = (await RunAsync("", "get", "cs")).Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        Assert.Equal(["NAME STATUS MESSAGE ERROR", "etcd-0 Healthy ok"], rows[..2]);
    }

    async Task<string> RunAsync(string input, params string[] arguments)
    {
        Assert.SkipWhen(Kubectl is null, "kubectl is not on PATH");
        var start = new ProcessStartInfo(Kubectl!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] connection = ["--server", server.Address.ToString(), "--insecure-skip-tls-verify", "--token", TestServer.AdminToken, "--cache-dir", Path.Combine(Path.GetTempPath(), $"fairlead-kubectl-{server.Api.Port}")];
        foreach (var argument in connection.Concat(arguments)) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = "/dev/null";
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(bound.Token);
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }
}
