using System.Diagnostics;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>What those live through who send on from one port: datagram sockets, and SCTP clients that begin anew.</summary>
static class DatagramRows
{
    const string Datagrams = "UDP", Associations = "SCTP";
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(1), Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>A sender's socket, which the probe keeps under the name.</summary>
    sealed record Kept(Sender Sender, TransportProtocol Protocol, Address Address, int Port, bool IsFree, string Name);

    public static IEnumerable<Row> All =>
    [
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
        new(Datagrams, "one that keeps sending is with another endpoint within a second", scene => KeepSendingAsync(scene, TransportProtocol.Udp, scene.Planes.Apply)),
        new(Datagrams, "within a second of a new agent's start, if the endpoint went while there was none", scene => KeepSendingAsync(scene, TransportProtocol.Udp, StartAnew(scene))),
        new(Datagrams, "a connected socket stays with its endpoint over a restart of the agent", StayAsync) { Within = mode => mode.OutlivesTheAgent },
        new(Associations, "a client that begins anew from its port is with another endpoint within a second", scene => KeepSendingAsync(scene, TransportProtocol.Sctp, scene.Planes.Apply)) { Within = mode => mode.Sctp },
        new(Associations, "so it is within a second of a new agent's start, if the endpoint went while there was none", scene => KeepSendingAsync(scene, TransportProtocol.Sctp, StartAnew(scene))) { Within = mode => mode.Sctp },
    ];

    static Action<ClusterSnapshot> StartAnew(Scene scene) => cluster =>
    {
        scene.Planes.Restart();
        scene.Planes.Converge(cluster);
    };

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
            var answer = await sender.OpenAsync(name, end.Address, TransportProtocol.Udp, end.Port, from.Length > 0 ? Sender.Patience : TimeSpan.FromMilliseconds(50), free);
            scene.Expect(from.Length == 0 ? answer.Fate != Fate.Answered : from.Contains(answer.Pod), $"{name} before: {answer}");
        }
        scene.Planes.Apply(cluster.With(Spec(), to));
        await Task.WhenAll(sockets.Select(async socket =>
        {
            var answer = await socket.Sender.Probe.AgainAsync(socket.Name, Sender.Patience);
            scene.Expect(to.Contains(answer.Pod), $"{socket.Name} after: {answer}");
            await socket.Sender.Probe.CloseAsync(socket.Name);
        }));
    }

    /// <summary>Senders that keep on lose their endpoint; each must be answered by the one that is left, soon after the change is made.</summary>
    static async Task KeepSendingAsync(Scene scene, TransportProtocol protocol, Action<ClusterSnapshot> change)
    {
        var cluster = Cluster(scene.Lab);
        scene.Serve(cluster.With(Spec(), [1]));
        var sockets = Sockets("busy", scene, protocol, "pod2 pod4 n1 outside1", protocol == TransportProtocol.Udp ? [false, true] : [false]).ToList();
        await Task.WhenAll(sockets.Select(s => OpenAsync(scene, s, 1)));
        var limit = Limit + (2 * await RoundAsync(sockets));
        var changed = new TaskCompletionSource<Stopwatch>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = sockets.Select(async socket =>
        {
            Answer answer;
            do
            {
                answer = await socket.Sender.Probe.AgainAsync(socket.Name, Pace);
                // A refusal comes at once.
                if (answer.Fate != Fate.Silence) await Task.Delay(Pace / 10);
            }
            while (answer.Pod != 3 && !(changed.Task.IsCompletedSuccessfully && changed.Task.Result.Elapsed > Sender.Patience));
            var late = (await changed.Task).Elapsed;
            scene.Expect(answer.Pod == 3 && late < limit, $"{socket.Name}, {late.TotalMilliseconds:F0} ms after the change, {limit.TotalMilliseconds:F0} allowed: {answer}");
            await socket.Sender.Probe.CloseAsync(socket.Name);
        }).ToList();
        await Task.Run(() => change(cluster.With(Spec(), [3])));
        changed.SetResult(Stopwatch.StartNew());
        await Task.WhenAll(sending);
    }

    /// <summary>
    /// What the senders themselves take to ask once over every socket: a few milliseconds, and on an emulated processor as much
    /// as half of what is measured.
    /// </summary>
    static async Task<TimeSpan> RoundAsync(IEnumerable<Kept> sockets)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(sockets.Select(s => s.Sender.Probe.AgainAsync(s.Name, Sender.Patience)));
        return watch.Elapsed;
    }

    static async Task StayAsync(Scene scene)
    {
        var cluster = Cluster(scene.Lab);
        scene.Serve(cluster.With(Spec(), [1]));
        var sockets = Sockets("kept", scene, TransportProtocol.Udp, "pod2 pod4 n1 outside1 outside2", [false]).ToList();
        await Task.WhenAll(sockets.Select(s => OpenAsync(scene, s, 1)));
        scene.Planes.Restart();
        scene.Planes.Converge(cluster.With(Spec(), [1, 2, 3, 4]));
        await Task.WhenAll(sockets.Select(async socket =>
        {
            var answer = await socket.Sender.Probe.AgainAsync(socket.Name, Sender.Patience);
            scene.Expect(answer.Pod == 1, $"{socket.Name} after: {answer}");
            await socket.Sender.Probe.CloseAsync(socket.Name);
        }));
    }

    static IEnumerable<Kept> Sockets(string name, Scene scene, TransportProtocol protocol, string senders, bool[] free) =>
        from sender in scene.SendersOf(senders)
        from word in (string[])["clusterIP", "external", "n1"]
        from v6 in (bool[])[false, true]
        from isFree in free
        let to = Destinations.Find(word, v6)!.Value
        select new Kept(sender, protocol, to.Address, to.Port, isFree, $"{name}-{sender}-{word}-{v6}-{isFree}");

    static async Task OpenAsync(Scene scene, Kept socket, int pod)
    {
        var answer = await socket.Sender.OpenAsync(socket.Name, socket.Address, socket.Protocol, socket.Port, Sender.Patience, socket.IsFree);
        scene.Expect(answer.Pod == pod, $"{socket.Name} before: {answer}");
    }
}
