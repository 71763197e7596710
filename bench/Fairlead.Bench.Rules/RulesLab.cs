using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Bench.Rules;

/// <summary>A node and a host behind it as namespaces; the host has 10.244.1.2 and 10.244.1.3 and accepts on port 8080.</summary>
sealed class RulesLab : IDisposable
{
    readonly string node = $"dataplane-bench-{Environment.ProcessId}-node", pod = $"dataplane-bench-{Environment.ProcessId}-pod";
    readonly NetworkNamespace inNode, inPod;
    readonly Socket listener, sink;

    /// <summary>Takes all that comes, and answers with one byte at the end.</summary>
    public const int SinkPort = 8081;

    public RulesLab()
    {
        inNode = NetworkNamespace.Create(node);
        inPod = NetworkNamespace.Create(pod);
        Ip($"link add pod netns {node} type veth peer name eth0 netns {pod}");
        Ip($"-n {node} addr add 10.244.1.1/24 dev pod");
        Ip($"-n {pod} addr add 10.244.1.2/24 dev eth0");
        Ip($"-n {pod} addr add 10.244.1.3/24 dev eth0");
        Ip($"-n {node} link set pod up");
        Ip($"-n {pod} link set eth0 up");
        Ip($"-n {node} route add default via 10.244.1.2");
        listener = Listen(8080);
        sink = Listen(SinkPort);
        new Thread(Accept) { IsBackground = true }.Start();
        new Thread(Swallow) { IsBackground = true }.Start();
    }

    /// <summary>Runs on a thread inside the node.</summary>
    public T OnNode<T>(Func<T> work) => inNode.Run(work);

    Socket Listen(int port) => inPod.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen(4096);
        return socket;
    });

    void Swallow()
    {
        try
        {
            var buffer = new byte[1 << 20];
            while (true)
            {
                using var socket = sink.Accept();
                while (socket.Receive(buffer) > 0) { }
                socket.Send([1]);
            }
        }
        catch (SocketException) { }
        catch (ObjectDisposedException) { }
    }

    void Accept()
    {
        try
        {
            while (true)
            {
                using var socket = listener.Accept();
                // One byte says which address was reached.
                socket.Send([((IPEndPoint)socket.LocalEndPoint!).Address.GetAddressBytes()[3]]);
            }
        }
        catch (SocketException) { }
        catch (ObjectDisposedException) { }
    }

    static void Ip(string command)
    {
        using var process = Process.Start("ip", command);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("ip " + command);
    }

    public void Dispose()
    {
        listener.Dispose();
        sink.Dispose();
        inNode.Dispose();
        inPod.Dispose();
        NetworkNamespace.Delete(node);
        NetworkNamespace.Delete(pod);
    }
}
