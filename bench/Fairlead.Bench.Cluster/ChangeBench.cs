using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Nftables;

namespace Fairlead.Bench.Cluster;

/// <summary>
/// One endpoint changes in a cluster with many Services: from the return of the API write until a new connection from the
/// node to the ClusterIP is led to the new endpoint. The endpoints are two listeners on the host that say which they are.
/// At the end the agent is killed and the node's rules are deleted, and a new agent serves from nothing.
/// </summary>
sealed class ChangeBench(BenchCluster cluster, int services, int endpoints)
{
    const string Namespace = "default";
    const int Changes = 50, Writers = 32;
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(20), Patience = TimeSpan.FromSeconds(60);

    readonly NetworkNamespace node = NetworkNamespace.Open(BenchCluster.NodeNamespace);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var first = Listen('a');
        using var second = Listen('b');
        int[] ports = [((IPEndPoint)first.LocalEndPoint!).Port, ((IPEndPoint)second.LocalEndPoint!).Port];
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, services - 1, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellation }, async (i, ct) =>
        {
            await cluster.Client.CreateAsync(ServiceOf(i), ct);
            await cluster.Client.CreateAsync(SliceOf(i, [.. Enumerable.Range(i * endpoints, endpoints).Select(n => $"10.{200 + n / 62500}.{n / 250 % 250}.{n % 250 + 1}")]), ct);
        });
        var service = await cluster.Client.CreateAsync(ServiceOf(services - 1), cancellation);
        var slice = await cluster.Client.CreateAsync(Target(ports[0]), cancellation);
        var made = Stopwatch.GetElapsedTime(began);
        var address = new IPEndPoint(IPAddress.Parse(service.Spec!.ClusterIP!), 80);
        await UntilAsync(address, ['a']);
        var served = Stopwatch.GetElapsedTime(began);
        // Collected garbage and compiled code belong to the load, not to the changes.
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        Figures write = new(), change = new();
        for (var i = 0; i < Changes + 10; i++)
        {
            var to = (i + 1) % 2;
            // The node's side is polled from before the write on, so that its return is the only event waited for.
            var sent = Stopwatch.GetTimestamp();
            var polling = UntilAsync(address, ["ab"[to]]);
            slice = await cluster.Client.UpdateAsync(slice with { Ports = Target(ports[to]).Ports }, cancellation);
            var returned = Stopwatch.GetTimestamp();
            var seen = await polling;
            await Task.Delay(50, cancellation);
            if (i < 10) continue;
            write.Add(Stopwatch.GetElapsedTime(sent, returned));
            change.Add(seen > returned ? Stopwatch.GetElapsedTime(returned, seen) : TimeSpan.Zero);
        }
        Console.WriteLine(FormattableString.Invariant($"{services:N0} Services with an EndpointSlice of {endpoints} endpoints each: written in {made.TotalSeconds:F1} s by {Writers} writers, served {(served - made).TotalMilliseconds:N0} ms later.\n"));
        Console.WriteLine($"| one endpoint changed, {Changes} times, ms | p50 | p90 | p99 | min | max |\n| --- | --- | --- | --- | --- | --- |");
        Console.WriteLine(Row("the API write itself", write));
        Console.WriteLine(Row("from its return to the first packet by the new rule", change));
        Console.WriteLine();
        await Task.Delay(Idle, cancellation);
        await MemoryBench.ReportAsync();
        await StartAgainAsync(address, cancellation);
        node.Dispose();
    }

    /// <summary>From the start of a new agent's process, on a node without rules, until the last Service answers.</summary>
    async Task StartAgainAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var before = await AgentAsync();
        Process.GetProcessById(before).Kill();
        node.Run(() =>
        {
            using var nft = new NftablesContext();
            foreach (var family in (string[])["ip", "ip6"]) nft.Run($"add table {family} fairlead\ndelete table {family} fairlead");
        });
        int pid;
        while ((pid = await AgentAsync()) == before || pid == 0) await Task.Delay(10, cancellation);
        var began = Process.GetProcessById(pid).StartTime;
        await UntilAsync(address, ['a', 'b']);
        Console.WriteLine(FormattableString.Invariant($"\nAgent killed and the node's rules deleted: all {services:N0} Services answered {(DateTime.Now - began).TotalMilliseconds:N0} ms after the new agent's start.\n"));
        await Task.Delay(Idle, cancellation);
        await MemoryBench.ReportAsync();
    }

    static async Task<int> AgentAsync() =>
        (await BenchCluster.ProcessesAsync()).FirstOrDefault(p => p.Name.EndsWith("-agent", StringComparison.Ordinal)).Pid;

    static string Row(string what, Figures f) => FormattableString.Invariant($"| {what} | {f.Median:F2} | {f.At(0.9):F2} | {f.At(0.99):F2} | {f.At(0):F2} | {f.At(1):F2} |");

    /// <returns>When a connection made from the node was first led to one of those endpoints.</returns>
    Task<long> UntilAsync(IPEndPoint address, char[] endpoints) => Task.Factory.StartNew(() => node.Run(() =>
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; Thread.Sleep(TimeSpan.FromMicroseconds(100)))
        {
            if (endpoints.Contains(Connect(address))) return Stopwatch.GetTimestamp();
        }
        throw new TimeoutException($"no connection to {address} was led to endpoint {string.Join(" or ", endpoints)}");
    }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <returns>The endpoint that answered, or a space.</returns>
    static char Connect(IPEndPoint address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, LingerState = new(true, 0), ReceiveTimeout = 200, SendTimeout = 200,
        };
        try
        {
            socket.Connect(address);
            var answer = new byte[1];
            return socket.Receive(answer) == 1 ? (char)answer[0] : ' ';
        }
        catch (SocketException) { return ' '; }
    }

    static Socket Listen(char name)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(BenchCluster.HostAddress), 0));
        listener.Listen(1024);
        new Thread(() =>
        {
            try
            {
                while (true)
                {
                    using var accepted = listener.Accept();
                    accepted.Send([(byte)name]);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
        }) { IsBackground = true }.Start();
        return listener;
    }

    static Service ServiceOf(int i) => new()
    {
        Metadata = new() { Namespace = Namespace, Name = $"s{i}" }, Spec = new() { Ports = [new() { Port = 80 }] },
    };

    EndpointSlice Target(int port)
    {
        var slice = SliceOf(services - 1, BenchCluster.HostAddress);
        return slice with { Ports = [slice.Ports![0] with { Port = port }] };
    }

    static EndpointSlice SliceOf(int i, params string[] addresses) => new()
    {
        Metadata = new() { Namespace = Namespace, Name = $"s{i}-1", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = $"s{i}" } },
        AddressType = "IPv4",
        Ports = [new() { Name = "", Protocol = "TCP", Port = 8080 }],
        Endpoints = [.. addresses.Select((a, n) => new Endpoint
        {
            Addresses = [a],
            Conditions = new() { Ready = true, Serving = true, Terminating = false },
            NodeName = $"elsewhere{n % 100}",
            TargetRef = new() { Kind = "Pod", Namespace = Namespace, Name = $"s{i}-{a}", Uid = $"{Guid.NewGuid()}" },
        })],
    };
}
