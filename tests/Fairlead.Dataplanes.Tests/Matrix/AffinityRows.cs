using System.Diagnostics;
using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>sessionAffinity: ClientIP.</summary>
static class AffinityRows
{
    const string Affinity = "sessionAffinity: ClientIP";

    /// <summary>Short enough to wait for its end; where the clients take so long to ask that few would return within it, longer.</summary>
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>Of modes that remember datagrams: the kernel's usual value.</summary>
    static readonly TimeSpan DatagramMemory = TimeSpan.FromMinutes(5);

    /// <summary>Ports that no other row uses: a client that is still remembered for longer would keep that time.</summary>
    static readonly (int Port, int NodePort) Usual = (Destinations.Port, Destinations.NodePort), Own = (90, 30099);

    public static IEnumerable<Row> All =>
    [
        new(Affinity, "a client returns to its endpoint", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Sticky(600), [1, 2, 3, 4]));
            var first = await AskAsync(scene);
            for (var i = 0; i < 6; i++) Compare(scene, first, await AskAsync(scene));
            scene.Expect(first.Values.Distinct().Count() > 1, "all clients got the same endpoint");
        }),
        new(Affinity, "until that endpoint goes", async scene =>
        {
            var cluster = Cluster(scene.Lab);
            scene.Serve(cluster.With(Sticky(600), [1, 2, 3, 4]));
            var first = await AskAsync(scene);
            scene.Planes.Apply(cluster.With(Sticky(600), [2, 3, 4]));
            var next = await AskAsync(scene);
            Compare(scene, first.Where(f => f.Value != 1), next);
            scene.Expect(next.Values.All(pod => pod is 2 or 3 or 4), "an endpoint that is gone was given");
            Compare(scene, next, await AskAsync(scene));
            // The one that comes back gets none of those that had to leave it.
            scene.Planes.Apply(cluster.With(Sticky(600), [1, 2, 3, 4]));
            Compare(scene, next, await AskAsync(scene));
        }),
        new(Affinity, "with externalTrafficPolicy: Local, among those of the node", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Sticky(600) with { ExternalTrafficPolicy = "Local" }, [1, 2, 3]));
            var first = await AskAsync(scene);
            for (var i = 0; i < 4; i++) Compare(scene, first, await AskAsync(scene));
        }),
        new(Affinity, "over a restart of the agent", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Sticky(600), [1, 2, 3, 4]));
            var first = await AskAsync(scene);
            scene.Planes.Restart();
            scene.Planes.Converge();
            Compare(scene, first, await AskAsync(scene));
        })
        { Within = mode => mode.OutlivesTheAgent },
        new(Affinity, "its timeout begins anew with each connection, and ends", async scene =>
        {
            void Remember(TimeSpan datagrams)
            {
                foreach (var node in scene.Lab.Nodes) node.Run(() => scene.Mode.RememberDatagrams?.Invoke(datagrams));
            }
            var timeout = await TimeoutForAsync(scene);
            Remember(timeout * 0.5);
            await TimeoutAsync(scene, timeout);
            Remember(DatagramMemory);
        }),
    ];

    static ServiceSpec Sticky(int seconds) => Spec() with
    {
        SessionAffinity = "ClientIP",
        SessionAffinityConfig = new() { ClientIP = new() { TimeoutSeconds = seconds } },
    };

    /// <summary>Whole seconds, at least six times what all clients take to ask once.</summary>
    static async Task<TimeSpan> TimeoutForAsync(Scene scene)
    {
        scene.Serve(Cluster(scene.Lab).With(Spec(), [1, 2, 3, 4]));
        var watch = Stopwatch.StartNew();
        await AskAsync(scene);
        return TimeSpan.FromSeconds(Math.Max(Shortest.TotalSeconds, Math.Ceiling(6 * watch.Elapsed.TotalSeconds)));
    }

    static async Task TimeoutAsync(Scene scene, TimeSpan timeout)
    {
        scene.Serve(Cluster(scene.Lab).With(Sticky((int)timeout.TotalSeconds) with { Ports = Ports(Own.Port, Own.NodePort) }, [1, 2, 3, 4]));
        var since = Stopwatch.StartNew();
        var first = await AskAsync(scene, Own);
        for (var round = 0; round < 3; round++)
        {
            await Task.Delay(timeout * 0.5);
            var now = Stopwatch.StartNew();
            var next = await AskAsync(scene, Own);
            // On a machine that stood still for so long, nothing is promised of any client.
            if (since.Elapsed < timeout * 0.9) Compare(scene, first, next);
            else first = next;
            since = now;
        }
        await Task.Delay(timeout * 1.5);
        var last = await AskAsync(scene, Own);
        // Each of the clients falls back on the same endpoint once in four times.
        var forgotten = last;
        if (scene.Mode.RememberDatagrams is not null)
        {
            // What was closed a moment ago keeps its client's memory.
            Compare(scene, first.Where(f => IsTcp(f.Key)), last);
            forgotten = last.Where(l => !IsTcp(l.Key)).ToDictionary();
        }
        scene.Expect(forgotten.Any(l => first[l.Key] != l.Value), "every client returned to its endpoint after the time");
    }

    /// <summary>The Pod that every client is given at every address; all at once, or where they are remembered together one address after another.</summary>
    static Task<Dictionary<string, int>> AskAsync(Scene scene) => AskAsync(scene, Usual);

    static async Task<Dictionary<string, int>> AskAsync(Scene scene, (int Port, int NodePort) ports)
    {
        string[] words = ["clusterIP", "external", "n1"];
        var answers = new List<(string Client, int Pod)>();
        foreach (var some in words.Chunk(scene.Mode.SharesAffinity ? 1 : words.Length))
        {
            answers.AddRange(await Task.WhenAll(
                from sender in scene.Lab.Senders
                from word in some
                from protocol in (TransportProtocol[])[TransportProtocol.Tcp, TransportProtocol.Udp]
                from v6 in (bool[])[false, true]
                // The host outside is one client to a node, whichever way it takes to others.
                where word != "n1" || sender.Name != "outside2"
                select AskAsync(scene, sender, Destinations.Find(word, v6)!.Value.Address, word == "n1" ? ports.NodePort : ports.Port, protocol)));
        }
        return answers.ToDictionary(a => a.Client, a => a.Pod);
    }

    static async Task<(string Client, int Pod)> AskAsync(Scene scene, Sender sender, Address to, int port, TransportProtocol protocol)
    {
        var answer = await scene.CheckAsync(sender, to, protocol, port);
        return ($"{sender}, {protocol} {to}:{port}", answer.Pod);
    }

    static bool IsTcp(string client) => client.Contains($" {TransportProtocol.Tcp} ", StringComparison.Ordinal);

    static void Compare(Scene scene, IEnumerable<KeyValuePair<string, int>> first, Dictionary<string, int> next)
    {
        foreach (var (client, pod) in first) scene.Expect(next[client] == pod, $"{client}: had Pod {pod}, now {next[client]}");
    }
}
