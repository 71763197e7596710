using Fairlead.Api.Core.V1;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>What connections live through, and how they are spread.</summary>
static class ConnectionRows
{
    const string Established = "established connections", Spread = "distribution";

    public static IEnumerable<Row> All =>
    [
        new(Spread, "evenly over the endpoints, within five standard deviations", scene => SpreadAsync(scene, Spec(), 600,
            ("pod2", "clusterIP"), ("n1", "clusterIP"), ("outside2", "n1"), ("outside1", "external"), ("pod4", "balancer"))),
        new(Spread, "evenly over those of the node, where the policy is Local", scene => SpreadAsync(scene,
            Spec() with { ExternalTrafficPolicy = "Local", InternalTrafficPolicy = "Local" }, 300, ("pod2", "clusterIP"), ("outside1", "n1"), ("outside2", "balancer"))),
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
        // Where they take turns, a few rounds show it.
        if (!scene.Mode.PicksByChance) connections /= 5;
        var outcomes = Forecast.Of(scene.Lab, scene.Planes, sender, to.Address, protocol, to.Port).Trace.Outcomes;
        var counts = await sender.CountAsync(connections, to.Address, protocol, to.Port, Sender.Patience);
        var (share, what) = (1.0 / outcomes.Length, $"{sender}, {protocol} {to.Address}: {string.Join(' ', counts)}");
        // Five standard deviations of a binomial distribution: wrong once in a million runs.
        var bound = 5 * Math.Sqrt(connections * share * (1 - share));
        scene.Expect(counts.Count == outcomes.Length, what);
        foreach (var outcome in outcomes)
            scene.Expect(Math.Abs(counts.GetValueOrDefault(outcome.Backend!.ToString()) - connections * share) <= bound, what);
    }

    static readonly (string From, string To)[] Ways = [("pod2", "clusterIP"), ("pod4", "clusterIP"), ("pod1", "clusterIP"), ("n1", "clusterIP"), ("n2", "n2"), ("outside1", "n1"), ("outside2", "external"), ("pod3", "n1")];

    /// <summary>Opens connections on every way, which are to be served by a Pod.</summary>
    public static Task OpenAsync(Scene scene, string name, int pod) => EachAsync(scene, name, pod, (sender, to, key) =>
        sender.OpenAsync(key, to.Address, TransportProtocol.Tcp, to.Port, Sender.Patience));

    /// <summary>Asks over those connections, and closes them.</summary>
    public static Task AgainAsync(Scene scene, string name, int pod) => EachAsync(scene, name, pod, async (sender, _, key) =>
    {
        var answer = await sender.Probe.AgainAsync(key, Sender.Patience);
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
