using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>`fairlead server` as a process on a loopback port, and a client that is its administrator.</summary>
sealed class ServerProcess : IDisposable
{
    readonly Process process;
    readonly List<string> lines = [];

    ServerProcess(Process process, int port, X509Certificate2 authority, X509Certificate2 admin)
    {
        this.process = process;
        (Port, Authority) = (port, authority);
        Client = new KubeClient(new HttpsTransport(new HttpsTransportOptions(new Uri($"https://127.0.0.1:{port}"), authority, admin, null)));
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public KubeClient Client { get; }

    /// <summary>A client that shows a token instead of the administrator's certificate.</summary>
    public KubeClient WithToken(string token) => new(new HttpsTransport(new HttpsTransportOptions(new Uri($"https://127.0.0.1:{Port}"), Authority, null, token)));

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The cluster's CA.</summary>
    public X509Certificate2 Authority { get; }

    public string Output { get { lock (lines) return string.Join('\n', lines); } }

    /// <summary>Makes the data folder of a cluster that is not started: its options and certificates.</summary>
    public static ClusterLayout Prepare(string name, string folder)
    {
        var layout = ClusterLayout.Of(new ClusterOptions { Name = name, DataFolder = folder });
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(layout.OptionsFile, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(layout.Options, ClusterJson.Default.ClusterOptions));
        using var credentials = new ClusterCredentials(layout);
        credentials.Prepare();
        return layout;
    }

    public static ServerProcess Start(ClusterLayout layout, params string[] more)
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo(Path.Combine(FairleadProcess.Folder, "fairlead")) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["server", "--name", layout.Name, "--data-dir", layout.DataFolder, "--bind-address", "127.0.0.1", "--secure-port", $"{port}", .. more];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var credentials = new ClusterCredentials(layout);
        return new(Process.Start(start)!, port, X509CertificateLoader.LoadCertificate(credentials.Authority.RawData), credentials.Admin());
    }

    /// <summary>Starts one and waits until it is ready; one that does not become so is ended.</summary>
    public static async Task<ServerProcess> StartReadyAsync(ClusterLayout layout, params string[] more)
    {
        var server = Start(layout, more);
        try
        {
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Runs one that is expected to end by itself, and gives back what a user sees of it.</summary>
    public static Task<Seen> RefusedAsync(ClusterLayout layout, params string[] more) => FairleadProcess.RunAsync(
        ["server", "--name", layout.Name, "--data-dir", layout.DataFolder, "--bind-address", "127.0.0.1", "--secure-port", $"{FreePort.Next()}", .. more]);

    public async Task ReadyAsync()
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if ((await Client.Transport.SendAsync(ApiRequest.Get("/readyz"), CancellationToken.None)).StatusCode == 200) return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException) { }
            Assert.False(process.HasExited, Output);
            Assert.True(began.Elapsed < TimeSpan.FromMinutes(1), "not ready: " + Output);
            await Task.Delay(100);
        }
    }

    /// <summary>The code that someone without credentials gets.</summary>
    public async Task<int> NobodyAsync(string path)
    {
        using var transport = new HttpsTransport(new HttpsTransportOptions(new Uri($"https://127.0.0.1:{Port}"), Authority, null, null));
        return (await transport.SendAsync(ApiRequest.Get(path), default)).StatusCode;
    }

    public async Task<string> MetricsAsync() => Encoding.UTF8.GetString((await Client.Transport.SendAsync(ApiRequest.Get("/metrics"), default)).Body.Span);

    /// <summary>Waits for what becomes so when a file is read again.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var until = DateTime.UtcNow.AddSeconds(30); !await isSo();)
        {
            Assert.True(DateTime.UtcNow < until, "it does not become so within 30 s: " + Output);
            await Task.Delay(100);
        }
    }

    public void Kill()
    {
        if (process.HasExited) return;
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Asks it to end, as a supervisor does, and waits.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", [$"{process.Id}"]);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.WaitForExitAsync(bound.Token);
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    void Keep(string? line)
    {
        if (line is null) return;
        lock (lines) lines.Add(line);
    }
}
