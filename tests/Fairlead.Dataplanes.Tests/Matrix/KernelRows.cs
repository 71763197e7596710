using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>How a data plane treats the kernel that it shares with others.</summary>
static class KernelRows
{
    const string State = "the kernel's state";
    static readonly TimeSpan RetireLimit = TimeSpan.FromSeconds(10);

    public static IEnumerable<Row> All =>
    [
        new(State, "a second look changes nothing", scene =>
        {
            scene.Serve(Many(scene));
            scene.Expect(scene.Planes.Converge() == 0, "the second Converge changed something");
            scene.Planes.Apply(Fewer(scene));
            scene.Expect(scene.Planes.Converge() == 0, "Converge changed something after Apply");
            return Task.CompletedTask;
        }),
        new(State, "a new agent takes over what it finds", async scene =>
        {
            scene.Serve(Many(scene));
            scene.Planes.Restart();
            var changed = scene.Planes.Converge();
            scene.Expect(changed == 0 || !scene.Mode.OutlivesTheAgent, $"the new agent changed {changed} things");
            // And what changed while there was none.
            scene.Planes.Restart();
            scene.Planes.Converge(Fewer(scene));
            scene.Expect(scene.Planes.Converge() == 0, "the second Converge changed something");
            await scene.CheckAsync(new("all", "clusterIP external balancer", "passes"), new("all", "n1 n2", "refused"));
        }),
        new(State, "somebody else's hand in it is made good", async scene =>
        {
            foreach (var disturbance in scene.Mode.Disturbances)
            {
                scene.Serve(Cluster(scene.Lab).With(Spec(), [1, 3]));
                foreach (var node in scene.Lab.Nodes) node.Run(() => disturbance.Do(node));
                scene.Expect(scene.Planes.Converge() > 0, $"{disturbance.Name}: Converge saw nothing");
                scene.Expect(scene.Planes.Converge() == 0, $"{disturbance.Name}: the second Converge changed something");
                await scene.CheckAsync(new("pod2 pod4", "clusterIP", "1 3"), new("outside nodes", "n1 n2 external", "1* 3*"));
            }
        }),
        new(State, "a change that meets such a hand makes it good at once", async scene =>
        {
            foreach (var disturbance in scene.Mode.Disturbances.Where(d => d.SeenByApply))
            {
                scene.Serve(Cluster(scene.Lab).With(Spec(), [1]));
                foreach (var node in scene.Lab.Nodes) node.Run(() => disturbance.Do(node));
                scene.Planes.Apply(Cluster(scene.Lab).With(Spec(), [3]));
                await scene.CheckAsync(new("pod2 pod4", "clusterIP", "3"), new("outside nodes", "n1 n2 external", "3*"));
            }
        }),
        new(State, "foreign rules are not touched", ForeignAsync),
        new(State, "removed, nothing of it is left", async scene =>
        {
            var before = Bare(scene);
            scene.Lab.Use(scene.Mode).Converge(Many(scene));
            scene.Expect(!Same(before, Now(scene)), "a data plane that serves is not seen at all");
            scene.Lab.Use(scene.Mode).Remove();
            Compare(scene, before);
            scene.Lab.Use(scene.Mode).Remove();
            await Task.CompletedTask;
        }),
        new(State, "retired, it serves what is established and nothing else, then nothing of it is left", RetireAsync),
    ];

    static async Task RetireAsync(Scene scene)
    {
        var before = Bare(scene);
        var planes = scene.Lab.Use(scene.Mode);
        planes.Converge(Cluster(scene.Lab).With(Spec(), [1]));
        await ConnectionRows.OpenAsync(scene, "retired", 1);
        planes.Retire();
        var answer = await scene.Lab["pod2"].AskAsync(LabPlan.ClusterIP(1, false), TransportProtocol.Tcp, 80, TimeSpan.FromSeconds(5));
        scene.Expect(answer.Pod == 0, $"a new connection to a retired data plane: {answer}");
        await ConnectionRows.AgainAsync(scene, "retired", 1);
        for (var end = Environment.TickCount64 + (long)RetireLimit.TotalMilliseconds; !planes.Retire(); await Task.Delay(10))
        {
            if (Environment.TickCount64 < end) continue;
            scene.Expect(false, $"not retired within {RetireLimit} of the last connection's end");
            break;
        }
        Compare(scene, before);
        scene.Lab.Clear();
    }

    static async Task ForeignAsync(Scene scene)
    {
        scene.Lab.Clear();
        foreach (var node in scene.Lab.Nodes) Foreign.Add(node);
        try
        {
            var foreign = Now(scene);
            var planes = scene.Lab.Use(scene.Mode);
            void AllThere(string when)
            {
                foreach (var line in foreign.Except(Now(scene))) scene.Expect(false, $"{when}, of others' is missing: {line}");
            }
            planes.Converge(Many(scene));
            AllThere("at first");
            planes.Apply(Fewer(scene));
            planes.Restart();
            planes.Converge(Many(scene));
            AllThere("after a new start");
            planes.Remove();
            Compare(scene, foreign);
            scene.Lab.Clear();
        }
        finally
        {
            foreach (var node in scene.Lab.Nodes) Foreign.Remove(node);
        }
        await Task.CompletedTask;
    }

    /// <summary>The state without any data plane.</summary>
    static List<string> Bare(Scene scene)
    {
        scene.Lab.Clear();
        return Now(scene);
    }

    static List<string> Now(Scene scene) => [.. scene.Lab.Nodes.SelectMany(n => KernelState.Read(n).Select(l => $"{n.Name}, {l}"))];

    static bool Same(List<string> before, List<string> now) => before.ToHashSet().SetEquals(now);

    static void Compare(Scene scene, List<string> before)
    {
        var now = Now(scene);
        foreach (var line in now.Except(before)) scene.Expect(false, $"left behind: {line}");
        foreach (var line in before.Except(now)) scene.Expect(false, $"taken away: {line}");
    }

    /// <summary>Services of every sort.</summary>
    static ClusterSnapshot Many(Scene scene)
    {
        var cluster = Cluster(scene.Lab).With(Spec() with { ExternalTrafficPolicy = "Local", LoadBalancerSourceRanges = ["198.51.100.0/24", "10.244.0.0/16", "2001:db8::/32"] }, [1, 3]);
        cluster = cluster.With(Service("sticky", Spec(2, 30081) with { SessionAffinity = "ClientIP", InternalTrafficPolicy = "Local" }, Balanced(2)))
            .With(Slice("sticky", false, [Pod(2), Pod(4), Pod(1)])).With(Slice("sticky", true, [Pod(2, true), Pod(3, true)]));
        return cluster.With(Service("empty", Spec(3, 30082), Balanced(3))).With(Service("plain", Spec(4, 30083))).With(Slice("plain", false, [Pod(1), Pod(4)]))
            with { Settings = new() { LocalhostNodePorts = true } };
    }

    /// <summary>The same without the first, and another one changed.</summary>
    static ClusterSnapshot Fewer(Scene scene)
    {
        var many = Many(scene);
        return many.Without(many.Services[new("default", "s")]).With(Slice("sticky", false, [Pod(3)])).With(Slice("empty", true, [Pod(1, true)]));
    }
}
