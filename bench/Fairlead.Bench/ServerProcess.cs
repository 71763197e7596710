using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Server.Security;

namespace Fairlead.Bench;

/// <summary>The server under load: a process of its own with a fresh store, gone with its data at the end.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    readonly Process process;
    readonly string folder;

    ServerProcess(Process process, string folder, int port)
    {
        (this.process, this.folder, Port) = (process, folder, port);
        using var authority = ClusterAuthority.Open(Path.Combine(folder, "pki"), TimeProvider.System);
        Authority = X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);
        Client = authority.Issue(CertificateRequestSpec.Admin);
    }

    public int Port { get; }

    public Uri Address => new(FormattableString.Invariant($"https://127.0.0.1:{Port}"));

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Client { get; }

    /// <summary>Processor time that the server has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public static async Task<ServerProcess> StartAsync()
    {
        // On a disk, not in memory: every acknowledged write is synchronised.
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"fairlead-bench-{Environment.ProcessId}")).FullName;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(folder);
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        return new(process, folder, int.Parse(line, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException) { process.Kill(); }
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
