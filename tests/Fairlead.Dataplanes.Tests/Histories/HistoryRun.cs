using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>Plays one history on the lab, from whatever the one before left.</summary>
sealed class HistoryRun(Lab lab, Mode mode, Tally tally)
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    readonly Planes planes = lab.Use(mode);
    readonly List<Change> changes = [];
    readonly Remembered[] remembered = [new(), new()];

    /// <summary>Plays it to its end or its first fault.</summary>
    /// <returns>The fault, or null.</returns>
    public async Task<string?> PlayAsync(IReadOnlyList<Step> steps)
    {
        try
        {
            planes.Converge(Objects.Cluster(lab));
            lab.ForgetFlows();
            for (var i = 0; i < steps.Count; i++)
            {
                var sends = steps.Skip(i).TakeWhile(s => s is Send).Cast<Send>().ToList();
                var fault = sends.Count > 0 ? await SendAsync(sends) : Do(steps[i]);
                if (fault is not null) return fault;
                i += Math.Max(sends.Count - 1, 0);
            }
            return null;
        }
        catch (Exception e) when (e is DataplaneException or Linux.LinuxException or InvalidOperationException)
        {
            return e.ToString();
        }
    }

    string? Do(Step step)
    {
        switch (step)
        {
            case Change change:
                changes.Add(change);
                return null;
            case Deliver deliver:
                foreach (var node in planes.Nodes) Tell(node, new Random(deliver.Seed * 2 + node.Node.Number));
                changes.Clear();
                return planes.Nodes.Select(Compare).FirstOrDefault(f => f is not null);
            case Restart restart:
                planes.Nodes[restart.Node - 1].Restart();
                if (!mode.OutlivesTheAgent) remembered[restart.Node - 1].Clear();
                return null;
            case Disturb disturb:
                var disturbed = planes.Nodes[disturb.Node - 1];
                disturbed.Node.Run(() => mode.Disturbances[disturb.Which % mode.Disturbances.Count].Do(disturbed.Node));
                disturbed.Converge(disturbed.Cluster);
                remembered[disturb.Node - 1].Clear();
                return null;
            case Look:
                return planes.Nodes.Where(n => !n.IsNew).Select(n => (n.Node.Name, Changed: n.Converge(n.Cluster)))
                    .Where(l => l.Changed != 0).Select(l => $"{l.Name}: a look over the kernel changed {l.Changed} things").FirstOrDefault();
            default:
                throw new InvalidOperationException($"step {step}");
        }
    }

    void Tell(NodePlane node, Random random)
    {
        var cluster = node.Cluster;
        var queues = changes.GroupBy(c => c.Object).Select(g => new Queue<Change>(g)).ToList();
        while (queues.Count > 0)
        {
            var also = new List<ServiceKey>();
            for (var batch = random.Next(1, 5); batch > 0 && queues.Count > 0; batch--)
            {
                var queue = queues[random.Next(queues.Count)];
                // What is heard twice is looked at twice.
                var change = random.Next(5) == 0 ? queue.Peek() : queue.Dequeue();
                if (queue.Count == 0) queues.Remove(queue);
                cluster = change.Apply(cluster);
                if (change.Service is { } key) also.Add(key);
            }
            // An agent that starts hears of all at once.
            if (node.IsNew) continue;
            node.Apply(cluster, also);
            remembered[node.Node.Number - 1].Keep(node.Table);
        }
        if (!node.IsNew) return;
        node.Converge(cluster);
        remembered[node.Node.Number - 1].Keep(node.Table);
    }

    static string? Compare(NodePlane node) => ServiceResolver.Resolve(node.Node.Seen(node.Cluster), node.Node.Name).Equals(node.Table)
        ? null : $"{node.Node.Name}: the table that was kept is not the one that is made anew";

    async Task<string?> SendAsync(IReadOnlyList<Send> sends)
    {
        var faults = await Task.WhenAll(sends.Distinct().Select(SendAsync));
        return faults.Any(f => f is not null) ? string.Join('\n', faults.Where(f => f is not null)) : null;
    }

    async Task<string?> SendAsync(Send send)
    {
        var sender = lab[send.Sender];
        var forecast = Forecast.Of(lab, planes, sender, send.To, send.Protocol, send.Port);
        var answer = await forecast.AskAsync(atMost: forecast.Kind == OutcomeKind.Drop ? Short : null);
        if (!forecast.Allows(answer)) return $"{answer}: not allowed for {forecast}";
        tally.Count(forecast, answer);
        if (forecast.Frontend?.Affinity is null || answer.Fate != Fate.Answered) return null;
        var memory = remembered[forecast.Node.Number - 1];
        string? before;
        lock (memory) before = memory.Of(forecast.Packet);
        if (before is not null && before != answer.Backend) return $"{answer}: the client had {before}, and {forecast}";
        lock (memory) memory.Note(forecast.Packet, forecast.Frontend, answer.Backend);
        var again = await forecast.AskAsync();
        return again.Backend == answer.Backend ? null : $"first {answer}, then {again}, for {forecast}";
    }
}
