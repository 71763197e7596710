using System.Diagnostics;

namespace Fairlead.Server.Tests;

/// <summary>The stock client against the server. Without kubectl on the machine these are listed as skipped.</summary>
[Collection(nameof(TestServer))]
public sealed class KubectlTests(TestServer server)
{
    const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          a: "1"
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: example.com/web:1
        """;

    static string? Kubectl => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(d => new[] { Path.Combine(d, "kubectl.1.33"), Path.Combine(d, "kubectl") }).FirstOrDefault(File.Exists);

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

    [Fact]
    public async Task Apply_get_patch_scale_and_delete()
    {
        var ns = await server.NamespaceAsync("kubectl");
        Assert.Equal("configmap/settings created\ndeployment.apps/web created\n", await RunAsync(Manifest, "-n", ns, "apply", "-f", "-"));
        Assert.Equal("configmap/settings unchanged\ndeployment.apps/web unchanged\n", await RunAsync(Manifest, "-n", ns, "apply", "-f", "-"));
        Assert.Contains("configmap/settings configured", await RunAsync(Manifest.Replace("\"1\"", "\"2\"", StringComparison.Ordinal), "-n", ns, "apply", "-f", "-"));
        Assert.Contains("web", await RunAsync("", "-n", ns, "get", "deployments", "-o", "wide"));
        await RunAsync("", "-n", ns, "scale", "deployment", "web", "--replicas", "3");
        await RunAsync("", "-n", ns, "set", "image", "deployment/web", "web=example.com/web:2");
        Assert.Equal("3 example.com/web:2", await RunAsync("", "-n", ns, "get", "deployment", "web", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}"));
        Assert.Contains("deleted", await RunAsync("", "-n", ns, "delete", "deployment", "web", "--wait=false"));
    }

    [Fact]
    public async Task Explain_and_api_resources_read_what_is_published()
    {
        Assert.Contains("livenessProbe", await RunAsync("", "explain", "pod.spec.containers"));
        var resources = await RunAsync("", "api-resources");
        Assert.Contains("configmaps", resources);
        Assert.Contains("deployments", resources);
    }
}
