using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Bench;

/// <summary>A real etcd of one member on loopback with its data on disk, gone at the end.</summary>
static class EtcdProcess
{
    public static async Task RunAsync(Func<Uri, Task> run)
    {
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"fairlead-bench-etcd-{Environment.ProcessId}")).FullName;
        string client = $"http://127.0.0.1:{FreePort()}", peer = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("etcd",
            ["--data-dir", folder, "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}", "--log-level", "error", "--logger", "zap"]);
        using var process = Process.Start(start)!;
        try
        {
            await run(new Uri(client));
            process.Refresh();
            Console.WriteLine($"etcd resident {process.WorkingSet64 >> 20} MB, {process.TotalProcessorTime.TotalSeconds:F1} s of processor time");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
