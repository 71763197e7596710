using System.Net.Sockets;

namespace Fairlead.Load;

/// <summary>What became of all requests. Safe from any thread.</summary>
sealed class Results
{
    readonly Lock gate = new();
    readonly List<int> microseconds = new(1 << 20);
    readonly SortedDictionary<string, int> failures = new(StringComparer.Ordinal);

    public void Answered(TimeSpan took)
    {
        lock (gate) microseconds.Add((int)took.TotalMicroseconds);
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

    public override string ToString()
    {
        lock (gate)
        {
            microseconds.Sort();
            int At(double share) => microseconds.Count == 0 ? 0 : microseconds[Math.Min(microseconds.Count - 1, (int)(microseconds.Count * share))];
            var failed = failures.Values.Sum();
            return $"sent={microseconds.Count + failed} failed={failed} p50={At(0.5)} p99={At(0.99)} max={At(1)}{string.Concat(failures.Select(f => $" {f.Key}={f.Value}"))}";
        }
    }
}
