using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Api.Errors;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Json;

namespace Fairlead.Bench.Cluster;

/// <summary>
/// A cluster of one node, started by the program as a user starts it, under a name and in address ranges of its own so
/// that it stands beside another. Removed when disposed, however far its start came.
/// </summary>
sealed partial class BenchCluster : IAsyncDisposable
{
    const string Name = "bench", Kubeconfig = $"/var/lib/fairlead/{Name}/kubeconfig";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    static readonly string Program = Path.Combine(Root(), "fairlead");

    readonly Process up;
    HttpsTransport? transport;

    BenchCluster(Process up) => this.up = up;

    /// <summary>Before the program was started.</summary>
    public long Began { get; private init; }

    /// <summary>The API as the administrator; there once <see cref="AnswersAsync"/> has returned.</summary>
    public KubeClient Client => new(transport ?? throw new InvalidOperationException("the API has not answered yet"));

    /// <summary>The network namespace of the node.</summary>
    public static string NodeNamespace => Name + "-node1";

    public static string RunFolder => "/run/fairlead/" + Name;

    public static string ContainerdSocket => RunFolder + "/node1/containerd.sock";

    /// <summary>The host's address beside the node.</summary>
    public static string HostAddress => "10.73.0.1";

    /// <summary>Starts the program and returns at once.</summary>
    public static async Task<BenchCluster> BeginAsync(CancellationToken cancellation)
    {
        await RunAsync(["down", "--name", Name], CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        var began = Stopwatch.GetTimestamp();
        return new(Start(["up", "--name", Name, "--node-cidr", "10.73.0.0/24", "--cluster-cidr", "10.173.0.0/16", "--service-cidr", "10.153.0.0/16", "--api-port", "7433"])) { Began = began };
    }

    /// <summary>Starts a cluster and waits until the program says that it is ready.</summary>
    public static async Task<BenchCluster> StartAsync(CancellationToken cancellation)
    {
        var cluster = await BeginAsync(cancellation);
        try
        {
            await cluster.AnswersAsync(cancellation);
            await cluster.ReadyAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the API answers.</summary>
    public async Task AnswersAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                transport ??= Connect();
                if (transport is not null && (await transport.SendAsync(ApiRequest.Get("/readyz"), cancellation)).StatusCode == 200) return;
            }
            catch (HttpRequestException) { }
            if (up.HasExited && up.ExitCode != 0 || Stopwatch.GetElapsedTime(Began) > Patience) throw new InvalidOperationException("the cluster did not start: " + await up.StandardOutput.ReadToEndAsync(cancellation));
            await Task.Delay(10, cancellation);
        }
    }

    /// <summary>Waits until `up` has ended.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        var said = await up.StandardOutput.ReadToEndAsync(cancellation);
        await up.WaitForExitAsync(cancellation);
        if (up.ExitCode != 0) throw new InvalidOperationException("the cluster did not start: " + said);
    }

    /// <summary>Creates an object, again while what it needs is not there yet (a new namespace's service account).</summary>
    public async Task CreateAsync<T>(T obj, CancellationToken cancellation) where T : Api.Meta.V1.KubeObject
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(5, cancellation))
        {
            try
            {
                await Client.CreateAsync(obj, cancellation);
                return;
            }
            catch (ApiException e) when (e.Status.Code is 403 or 404 && Stopwatch.GetElapsedTime(began) < Patience) { }
        }
    }

    /// <summary>The cluster's processes by name; 0 of one that does not run.</summary>
    public static async Task<IReadOnlyList<(string Name, int Pid)>> ProcessesAsync()
    {
        // Ends with 1 when one does not run.
        using var process = Start(["status", "--name", Name, "-o", "json"]);
        var status = JsonNode.Parse(await process.StandardOutput.ReadToEndAsync())!;
        return [.. status["processes"]!.AsArray().Select(p => ((string)p!["name"]!, (int?)p["pid"] ?? 0))];
    }

    public async ValueTask DisposeAsync()
    {
        transport?.Dispose();
        if (!up.HasExited)
        {
            // `up` ends by itself soon or has failed; `down` must not run beside it.
            using var patience = new CancellationTokenSource(Patience);
            try { await up.WaitForExitAsync(patience.Token); }
            catch (OperationCanceledException) { up.Kill(entireProcessTree: true); }
        }
        up.Dispose();
        await RunAsync(["down", "--name", Name], CancellationToken.None);
    }

    static HttpsTransport? Connect()
    {
        if (!File.Exists(Kubeconfig)) return null;
        var text = File.ReadAllText(Kubeconfig);
        var fields = Field().Matches(text).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => g.First().Groups[2].Value);
        if (!fields.TryGetValue("client-key-data", out var key)) return null;
        using var pair = X509Certificate2.CreateFromPem(Pem(fields["client-certificate-data"]), Pem(key));
        // TLS takes no key that lives in the process's memory alone.
        var user = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        return new(new(new Uri(fields["server"]), X509Certificate2.CreateFromPem(Pem(fields["certificate-authority-data"])), user, null));
    }

    static string Pem(string base64) => Encoding.ASCII.GetString(Convert.FromBase64String(base64));

    static async Task<string> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using var process = Start(arguments);
        var said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"fairlead {string.Join(' ', arguments)}: {said}");
    }

    static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true })!;

    // The folder of the solution, above this program's own.
    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Fairlead.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the program does not lie in the source tree");
    }

    [GeneratedRegex(@"([a-z-]+): ""?([^\s""]+)""?")]
    private static partial Regex Field();
}
