using System.Security.Cryptography;
using System.Text;
using Fairlead.Client.Metrics;

namespace Fairlead.Server.Reloading;

/// <summary>
/// A configuration file that is looked at while the server runs, and what becomes of it when it has changed. A file that
/// makes no sense changes nothing. Written in place or by renaming, it is the content that counts.
/// </summary>
/// <param name="subject">What it configures, in metrics: authorization or authentication.</param>
/// <param name="known">Its content as the server was started with.</param>
/// <param name="use">Takes another content; a FormatException says what is wrong with it.</param>
public sealed class ReloadedFile(string subject, string path, ReadOnlyMemory<byte> known, Action<ApiServer, ReadOnlyMemory<byte>> use, Action<string> log)
{
    // As upstream calls a server without an identity of its own.
    static readonly string ServerHash = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("apiserver-" + Environment.MachineName)));

    readonly Lock gate = new();
    ReadOnlyMemory<byte> known = known;
    string lastFault = "";
    (long Count, double Last) successes, failures;

    /// <summary>How often it is looked at.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Looks at it until it is cancelled.</summary>
    public async Task RunAsync(ApiServer server, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(clock);
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false)) Look(server, clock);
    }

    /// <summary>Once.</summary>
    public void Look(ApiServer server, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        try
        {
            var content = File.ReadAllBytes(path);
            if (content.AsSpan().SequenceEqual(known.Span))
            {
                lastFault = "";
                return;
            }
            known = content;
            use(server, content);
            Count(ref successes, clock);
            lastFault = "";
            log($"the {subject} configuration {path} was read again and counts now");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // One that stays unreadable is one failure, not one a second.
            if (e.Message == lastFault) return;
            lastFault = e.Message;
            Count(ref failures, clock);
            log($"the {subject} configuration {path} can't be used, what was read before counts still: {e.Message}");
        }
    }

    /// <summary>Its families of /metrics, with upstream's names.</summary>
    public void Write(MetricText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var prefix = $"apiserver_{subject}_config_controller_automatic_reload";
        lock (gate)
        {
            (string Status, (long Count, double Last) Seen)[] all = [("failure", failures), ("success", successes)];
            text.Family(prefix + "s_total", "counter", $"How often the {subject} configuration was read again, by status.");
            foreach (var (status, seen) in all.Where(a => a.Seen.Count > 0)) text.Sample(seen.Count, [("apiserver_id_hash", ServerHash), ("status", status)]);
            text.Family(prefix + "_last_timestamp_seconds", "gauge", $"When the {subject} configuration was last read again, by status.");
            foreach (var (status, seen) in all.Where(a => a.Seen.Count > 0)) text.Sample(seen.Last, [("apiserver_id_hash", ServerHash), ("status", status)]);
        }
    }

    void Count(ref (long Count, double Last) seen, TimeProvider clock)
    {
        lock (gate) seen = (seen.Count + 1, clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
    }
}
