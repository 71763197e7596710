using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>What became of the requests since it was last told. Safe from any thread.</summary>
sealed class Results
{
    readonly Lock gate = new();
    readonly List<int> microseconds = new(1 << 20);
    readonly SortedDictionary<string, int> failures = new(StringComparer.Ordinal);

    readonly HashSet<int> held = [];

    public void Answered(TimeSpan took)
    {
        lock (gate) microseconds.Add((int)took.TotalMicroseconds);
    }

    /// <param name="connection">Number of the held connection that it came over.</param>
    public void Answered(TimeSpan took, int connection)
    {
        lock (gate)
        {
            microseconds.Add((int)took.TotalMicroseconds);
            held.Add(connection);
        }
    }

    public void Failed(Exception why)
    {
        var reason = why switch
        {
            SocketException socket => socket.SocketErrorCode.ToString(),
            OperationCanceledException => "timeout",
            BadAnswerException bad => bad.Message,
            _ => why.GetType().Name,
        };
        lock (gate) failures[reason] = failures.GetValueOrDefault(reason) + 1;
    }

    /// <summary>The line that Fairlead.Load prints; what it tells is forgotten.</summary>
    public string Tell()
    {
        lock (gate)
        {
            microseconds.Sort();
            int At(double share) => microseconds.Count == 0 ? 0 : microseconds[Math.Min(microseconds.Count - 1, (int)(microseconds.Count * share))];
            var failed = failures.Values.Sum();
            var line = $"sent={microseconds.Count + failed} failed={failed} p50={At(0.5)} p99={At(0.99)} max={At(1)}";
            if (held.Count > 0) line += $" held={held.Count}";
            line += string.Concat(failures.Select(f => $" {f.Key}={f.Value}"));
            microseconds.Clear();
            failures.Clear();
            held.Clear();
            return line;
        }
    }
}
