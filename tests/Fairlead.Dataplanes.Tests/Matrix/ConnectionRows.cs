using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>What connections and datagram sockets live through.</summary>
static class ConnectionRows
{
    const string Established = "established connections", Datagrams = "UDP", Spread = "distribution";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IEnumerable<Row> All =>
    [
        new(Spread, "evenly over the endpoints, within five standard deviations", scene => SpreadAsync(scene, Spec(), 600,
            ("pod2", "clusterIP"), ("n1", "clusterIP"), ("outside2", "n1"), ("outside1", "external"), ("pod4", "balancer"))),
        new(Spread, "evenly over those of the node, where the policy is Local", scene => SpreadAsync(scene,
            Spec() with { ExternalTrafficPolicy = "Local", InternalTrafficPolicy = "Local" }, 300, ("pod2", "clusterIP"), ("outside1", "n1"), ("outside2", "balancer"))),
        new(Datagrams, "a socket that was never connected is answered by the address it asked", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Spec(), [1, 3]));
            await Task.WhenAll(
                from sender in scene.Lab.Senders
                from word in (string[])["clusterIP", "external", "balancer", "n1", "n2"]
                from v6 in (bool[])[false, true]
                let to = Destinations.Find(word, v6)!.Value
                select scene.CheckAsync(sender, to.Address, TransportProtocol.Udp, to.Port, free: true));
        }),
        new(Datagrams, "a connected socket leaves an endpoint that went", scene => LeaveAsync(scene, free: false)),
        new(Datagrams, "a socket that was never connected leaves an endpoint that went", scene => LeaveAsync(scene, free: true)),
        new(Datagrams, "a socket that had no endpoint finds the first one", scene => MoveAsync(scene, free: true, from: [], to: [3])),
        new(Established, "stay with their endpoint when others come and go", async scene =>
        {
            var cluster = Cluster(scene.Lab);
            scene.Serve(cluster.With(Spec(), [1]));
            await OpenAsync(scene, "kept", 1);
            scene.Planes.Apply(cluster.With(Spec(), [1, 2, 3, 4]));
            scene.Planes.Apply(cluster.With(Spec(), [1, 3]));
            await AgainAsync(scene, "kept", 1);
        }),
        new(Established, "stay with an endpoint that is terminating", async scene =>
        {
            var cluster = Cluster(scene.Lab);
            scene.Serve(cluster.With(Spec(), [1]));
            await OpenAsync(scene, "draining", 1);
            scene.Planes.Apply(cluster.With(Spec(), [1, 3], (n, v6) => Pod(n, v6, draining: n == 1)));
            scene.Planes.Apply(cluster.With(Spec(), [3]));
            await AgainAsync(scene, "draining", 1);
            await scene.CheckAsync(new("pod2 pod4", "clusterIP", "3"), new("outside", "n1 n2", "3*"));
        }),
        new(Established, "outlive the agent", async scene =>
        {
            scene.Serve(Cluster(scene.Lab).With(Spec(), [1]));
            await OpenAsync(scene, "over", 1);
            scene.Planes.Restart();
            await scene.CheckAsync(new Line("pod2 pod4", "clusterIP", "1"));
            scene.Planes.Converge();
            await AgainAsync(scene, "over", 1);
        })
        { Within = mode => mode.OutlivesTheAgent },
    ];

    static async Task SpreadAsync(Scene scene, ServiceSpec spec, int connections, params (string From, string To)[] ways)
    {
        scene.Serve(Cluster(scene.Lab).With(spec, [1, 2, 3, 4]));
        await Task.WhenAll(
            from way in ways
            from protocol in (TransportProtocol[])[TransportProtocol.Tcp, TransportProtocol.Udp]
            from v6 in (bool[])[false, true]
            select SpreadAsync(scene, scene.Lab[way.From], Destinations.Find(way.To, v6)!.Value, protocol, connections));
    }

    static async Task SpreadAsync(Scene scene, Sender sender, (Address Address, int Port) to, TransportProtocol protocol, int connections)
    {
        var outcomes = Forecast.Of(scene.Lab, scene.Planes, sender, to.Address, protocol, to.Port).Trace.Outcomes;
        var counts = await sender.CountAsync(connections, to.Address, protocol, to.Port, Patience);
        var (share, what) = (1.0 / outcomes.Length, $"{sender}, {protocol} {to.Address}: {string.Join(' ', counts)}");
        // Five standard deviations of a binomial distribution: wrong once in a million runs.
        var bound = 5 * Math.Sqrt(connections * share * (1 - share));
        scene.Expect(counts.Count == outcomes.Length, what);
        foreach (var outcome in outcomes)
            scene.Expect(Math.Abs(counts.GetValueOrDefault(outcome.Backend!.ToString()) - connections * share) <= bound, what);
    }

    static Task LeaveAsync(Scene scene, bool free) => MoveAsync(scene, free, from: [1], to: [3]);

    /// <summary>Asks over sockets, moves the Service to other endpoints, and asks over the same sockets again.</summary>
    static async Task MoveAsync(Scene scene, bool free, int[] from, int[] to)
    {
        var cluster = Cluster(scene.Lab);
        scene.Serve(cluster.With(Spec(), from));
        var sockets = (
            from sender in scene.SendersOf("pod2 pod4 n1 outside1 outside2")
            from word in (string[])["clusterIP", "external", "n1"]
            from v6 in (bool[])[false, true]
            select (Sender: sender, To: Destinations.Find(word, v6)!.Value, Name: $"move-{sender}-{word}-{v6}")).ToList();
        foreach (var (sender, end, name) in sockets)
        {
            var answer = await sender.OpenAsync(name, end.Address, TransportProtocol.Udp, end.Port, from.Length > 0 ? Patience : TimeSpan.FromMilliseconds(50), free);
            scene.Expect(from.Length == 0 ? answer.Fate != Fate.Answered : from.Contains(answer.Pod), $"{name} before: {answer}");
        }
        scene.Planes.Apply(cluster.With(Spec(), to));
        await Task.WhenAll(sockets.Select(async socket =>
        {
            var answer = await socket.Sender.Probe.AgainAsync(socket.Name, Patience);
            scene.Expect(to.Contains(answer.Pod), $"{socket.Name} after: {answer}");
            await socket.Sender.Probe.CloseAsync(socket.Name);
        }));
    }

    static readonly (string From, string To)[] Ways = [("pod2", "clusterIP"), ("pod4", "clusterIP"), ("pod1", "clusterIP"), ("n1", "clusterIP"), ("n2", "n2"), ("outside1", "n1"), ("outside2", "external"), ("pod3", "n1")];

    /// <summary>Opens connections on every way, which are to be served by a Pod.</summary>
    public static Task OpenAsync(Scene scene, string name, int pod) => EachAsync(scene, name, pod, (sender, to, key) =>
        sender.OpenAsync(key, to.Address, TransportProtocol.Tcp, to.Port, Patience));

    /// <summary>Asks over those connections, and closes them.</summary>
    public static Task AgainAsync(Scene scene, string name, int pod) => EachAsync(scene, name, pod, async (sender, _, key) =>
    {
        var answer = await sender.Probe.AgainAsync(key, Patience);
        await sender.Probe.CloseAsync(key);
        return answer;
    });

    static Task EachAsync(Scene scene, string name, int pod, Func<Sender, (Address Address, int Port), string, Task<Answer>> ask) => Task.WhenAll(
        from way in Ways
        from v6 in (bool[])[false, true]
        select Task.Run(async () =>
        {
            var key = $"{name}-{way.From}-{way.To}-{v6}";
            var answer = await ask(scene.Lab[way.From], Destinations.Find(way.To, v6)!.Value, key);
            scene.Expect(answer.Pod == pod, $"{key}: {answer}");
        }));
}
