using System.Diagnostics;
using System.Net.Sockets;
using Fairlead.Tests;

namespace Fairlead.Store.Tests;

/// <summary>A real etcd of one member on loopback ports, with a folder of its own, that can be killed and started again.</summary>
sealed class EtcdProcess : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly int peer = FreePort.Next();
    readonly string[] more;
    Process? process;

    public EtcdProcess(params string[] more)
    {
        this.more = more;
        Start();
        // A store whose requests may take a second is not to wait for a program that has yet to be loaded.
        Assert.True(SpinWait.SpinUntil(Listens, TimeSpan.FromMinutes(1)), "etcd does not listen");
    }

    public int Port { get; } = FreePort.Next();

    public Uri Endpoint => new($"{(more.Contains("--cert-file") ? "https" : "http")}://127.0.0.1:{Port}");

    public int Pid => process!.Id;

    public string DataFolder => Path.Combine(folder.Path, "data");

    public void Start()
    {
        var start = new ProcessStartInfo("etcd") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--data-dir", DataFolder, "--listen-client-urls", Endpoint.ToString().TrimEnd('/'), "--advertise-client-urls", Endpoint.ToString().TrimEnd('/'),
            "--listen-peer-urls", $"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}",
            "--initial-cluster", $"default=http://127.0.0.1:{peer}", "--log-level", "error", "--logger", "zap", .. more,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    bool Listens()
    {
        using var client = new TcpClient();
        try { client.Connect(Endpoint.Host, Port); }
        catch (SocketException) { }
        return client.Connected;
    }

    public void Kill()
    {
        if (process is null) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        Kill();
        folder.Dispose();
    }
}
