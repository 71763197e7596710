using System.Diagnostics;
using System.Globalization;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Switching;

/// <summary>
/// Every switch from one mode to another while connections stay open and new ones are made all the time: none is reset,
/// none fails, and when the last old connection has ended nothing of the old mode is left. In a lane of mode ipvs the
/// switches from and to it alone; FAIRLEAD_SWITCHES says how many the lane promises, FAIRLEAD_REQUESTS how many requests a
/// second each of the two clients makes where the machine is emulated, and how many of them may wait there. Needs root.
/// </summary>
[Collection(KernelCollection.Name)]
public sealed class LiveSwitchTests(Lab lab, ITestOutputHelper output)
{
    const int OpenEach = 100, NodePort = 30080;

    static readonly int RequestsEach = int.Parse(Environment.GetEnvironmentVariable("FAIRLEAD_REQUESTS") ?? "1000", CultureInfo.InvariantCulture);
    static readonly bool IsSlow = RequestsEach < 1000;
    static readonly string? Promised = Environment.GetEnvironmentVariable("FAIRLEAD_SWITCHES");
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50), Dwell = TimeSpan.FromSeconds(IsSlow ? 2 : 0.5);

    sealed record Target(Sender Sender, Address Address, int Port);

    [Fact]
    public async Task NoConnectionIsLostAndNoneFails()
    {
        lab.Clear();
        var lacks = DataplaneCatalog.All.ToDictionary(e => e.Mode, e => e.Lacks());
        var modes = lacks.Where(l => l.Value is null).Select(l => l.Key).ToList();
        var around = Modes.Chosen.Any(m => m.Name == "ipvs");
        Assert.True(!around || modes.Remove(ProxyMode.Ipvs), "this kernel has no IPVS");
        var tour = around ? ModeTour.Around(ProxyMode.Ipvs, modes) : ModeTour.Of(modes);
        Assert.Equal(around ? modes.Count * 2 : modes.Count * (modes.Count - 1), tour.Count - 1);
        Assert.True(Promised is null || Promised == $"{tour.Count - 1}", $"{tour.Count - 1} switches and not {Promised}: {string.Join(", ", lacks)}");
        using var nodes = new SwitchedNodes(lab, Cluster(lab).With(Spec(), [1, 2, 3]));
        nodes.Follow(tour[0]);
        Target[] targets = [new(lab["pod1"], LabPlan.ClusterIP(1, false), 80), new(lab["outside1"], LabPlan.Node(1, false), NodePort)];
        var open = await OpenAsync(targets);

        foreach (var mode in tour.Skip(1))
        {
            var from = nodes.Mode;
            using var end = new CancellationTokenSource();
            var watch = Stopwatch.StartNew();
            var requests = targets.Select(t => RequestAsync(t, end.Token)).ToArray();
            await Task.Delay(Dwell);
            nodes.Follow(mode);
            await Task.Delay(Dwell);
            await end.CancelAsync();
            var counts = await Task.WhenAll(requests);
            var where = $"{from} to {mode}";
            output.WriteLine($"{where}: {counts.Sum(c => c.Sent)} requests in {watch.Elapsed.TotalSeconds:F1} s");
            Assert.True(counts.All(c => c.Failed.Count == 0), $"{where}: {string.Join(", ", counts.SelectMany(c => c.Failed).Select(f => $"{f.Key} {f.Value}"))}");
            await StillOpenAsync(targets, open, where);
        }

        await CloseAsync(targets);
        await nodes.SettledAsync();
        nodes.NothingIsLeftOfOthers();
    }

    static async Task<Dictionary<string, string>> OpenAsync(Target[] targets)
    {
        var open = new Dictionary<string, string>();
        foreach (var (target, name) in Names(targets))
        {
            var answer = await target.Sender.OpenAsync(name, target.Address, TransportProtocol.Tcp, target.Port, Sender.Patience);
            Assert.True(answer.Fate == Fate.Answered, $"{name}: {answer}");
            open[name] = answer.Backend;
        }
        return open;
    }

    static async Task StillOpenAsync(Target[] targets, Dictionary<string, string> open, string where)
    {
        var answers = await Task.WhenAll(Names(targets).Select(async n => (n.Name, Answer: await n.Target.Sender.Probe.AgainAsync(n.Name, Sender.Patience))));
        foreach (var (name, answer) in answers) Assert.True(answer.Backend == open[name], $"{where}: connection {name} to {open[name]}: {answer}");
    }

    static Task CloseAsync(Target[] targets) => Task.WhenAll(Names(targets).Select(n => n.Target.Sender.Probe.CloseAsync(n.Name)));

    static IEnumerable<(Target Target, string Name)> Names(Target[] targets) =>
        targets.SelectMany(t => Enumerable.Range(0, OpenEach).Select(n => (t, $"{t.Sender.Name}-{n}")));

    /// <summary>
    /// New connections at a steady rate until cancelled; how many, and what became of those that were not answered. On one
    /// emulated processor, which the switch shares with all of them, those that wait would pile up until it comes to nothing else.
    /// </summary>
    static async Task<(int Sent, Dictionary<string, int> Failed)> RequestAsync(Target target, CancellationToken end)
    {
        var (sent, spared, watch, failed) = (0, 0, Stopwatch.StartNew(), new Dictionary<string, int>());
        var batches = new List<(int Size, Task<IReadOnlyDictionary<string, int>> Task)>();
        while (!end.IsCancellationRequested)
        {
            var due = (int)(RequestsEach * watch.Elapsed.TotalSeconds) - sent - spared;
            var now = IsSlow ? Math.Min(due, RequestsEach - batches.Where(b => !b.Task.IsCompleted).Sum(b => b.Size)) : due;
            if (now > 0) batches.Add((now, target.Sender.CountAsync(now, target.Address, TransportProtocol.Tcp, target.Port, Sender.Patience)));
            sent += now;
            spared += due - now;
            await Task.Delay(Beat, CancellationToken.None);
        }
        foreach (var (fate, count) in (await Task.WhenAll(batches.Select(b => b.Task))).SelectMany(b => b).Where(c => !c.Key.Contains(':'))) failed[fate] = failed.GetValueOrDefault(fate) + count;
        return (sent, failed);
    }
}
