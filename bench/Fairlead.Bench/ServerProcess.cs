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
    readonly bool isKept;

    ServerProcess(Process process, string folder, bool isKept, int port)
    {
        (this.process, this.folder, this.isKept, Port) = (process, folder, isKept, port);
        using var authority = ClusterAuthority.Open(Path.Combine(folder, "pki"), TimeProvider.System);
        Authority = X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);
        Client = authority.Issue(CertificateRequestSpec.Admin);
    }

    public int Port { get; }

    public Uri Address => new(FormattableString.Invariant($"https://127.0.0.1:{Port}"));

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Client { get; }

    /// <summary>The certificate of another client.</summary>
    public X509Certificate2 Issue(CertificateRequestSpec user)
    {
        using var authority = ClusterAuthority.Open(Path.Combine(folder, "pki"), TimeProvider.System);
        return authority.Issue(user);
    }

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

    /// <summary>The most that was resident since <see cref="ResetPeak"/>.</summary>
    public long PeakBytes
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    public void ResetPeak() => File.WriteAllText($"/proc/{process.Id}/clear_refs", "5");

    /// <param name="kept">A folder with a store, which is left at the end; null for a fresh one.</param>
    /// <param name="etcd">The store is on etcd at this address.</param>
    /// <param name="limited">False for a server without priority and fairness.</param>
    public static async Task<ServerProcess> StartAsync(string? kept = null, Uri? etcd = null, bool limited = true)
    {
        // On a disk, not in memory: every acknowledged write is synchronised.
        var folder = kept ?? Directory.CreateDirectory(Path.Combine("/var/tmp", $"fairlead-bench-{Environment.ProcessId}")).FullName;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("serve");
        start.ArgumentList.Add(folder);
        if (etcd is not null) start.ArgumentList.Add(etcd.ToString());
        if (!limited) start.ArgumentList.Add(ServeCommand.Unlimited);
        // As the program sets it for its server.
        start.Environment["DOTNET_gcConcurrent"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "1";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        start.Environment["DOTNET_GCConserveMemory"] = "5";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        return new(process, folder, kept is not null, int.Parse(line, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException) { process.Kill(); }
        process.Dispose();
        if (!isKept) Directory.Delete(folder, recursive: true);
    }
}
