using System.Diagnostics;

namespace Fairlead.Conformance.Cluster;

/// <summary>The machine's newest kubectl, run against the cluster. Without one the tests are listed as not yet.</summary>
public sealed class Kubectl(TestServer server, string? ns = null)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static string? File { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(d => new[] { Path.Combine(d, "kubectl.1.33"), Path.Combine(d, "kubectl") }).FirstOrDefault(System.IO.File.Exists);

    /// <summary>Runs it, insists on success, and returns what it printed.</summary>
    public async Task<string> FeedAsync(string input, params string[] arguments)
    {
        var (code, output, errors) = await EndAsync(input, arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public Task<string> RunAsync(params string[] arguments) => FeedAsync("", arguments);

    /// <summary>Runs it to its end, whatever that is.</summary>
    public async Task<(int Code, string Output, string Errors)> EndAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        using var bound = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts one that runs until it is killed.</summary>
    public Process Start(params string[] arguments)
    {
        Document.Skip.Unless(File is not null, "kubectl is not on PATH");
        var start = new ProcessStartInfo(File!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] connection = ["--server", server.Address.ToString(), "--insecure-skip-tls-verify", "--token", TestServer.AdminToken,
            "--cache-dir", Path.Combine(Path.GetTempPath(), $"fairlead-kubectl-{server.Api.Port}"), .. ns is null ? (string[])[] : ["-n", ns]];
        foreach (var argument in connection.Concat(arguments)) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = "/dev/null";
        return Process.Start(start)!;
    }
}
