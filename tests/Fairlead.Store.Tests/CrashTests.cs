using System.Diagnostics;
using System.Globalization;
using Fairlead.Store.Embedded;

namespace Fairlead.Store.Tests;

/// <summary>
/// A writer is killed with SIGKILL at random moments, again and again on the same store. What it had acknowledged must
/// be there, no revision may be given twice, and the history must be without a hole.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    const int Kills = 200;

    [Fact]
    public async Task Acknowledged_writes_survive_kill()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "store.db");
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var latest = new Dictionary<string, (long Revision, bool Deleted)>();
        var given = new Dictionary<long, string>();
        for (var round = 0; round < Kills; round++)
        {
            // Some rounds with a small window, so that compaction is hit too.
            var window = round % 3 == 0 ? 50 : 100_000;
            var lines = await WriteUntilKilledAsync(path, window, round, TimeSpan.FromMilliseconds(random.Next(1, 60)));
            foreach (var line in lines)
            {
                var parts = line.Split(' ');
                var revision = long.Parse(parts[1], CultureInfo.InvariantCulture);
                Assert.True(given.TryAdd(revision, parts[0]), $"round {round}: revision {revision} for {parts[0]} was given to {given.GetValueOrDefault(revision)}");
                if (latest.GetValueOrDefault(parts[0]).Revision < revision) latest[parts[0]] = (revision, parts.Length > 2);
            }
            // Opening twice a round would double the time; every tenth round is looked at in full.
            if (round % 10 == 9 || round == Kills - 1) await CheckAsync(path, latest, given, round);
        }
        output.WriteLine($"{given.Count} acknowledged writes over {Kills} kills");
        Assert.True(given.Count > Kills, "the writer hardly wrote");
    }

    static async Task<List<string>> WriteUntilKilledAsync(string path, int window, int seed, TimeSpan life)
    {
        var program = Path.Combine(AppContext.BaseDirectory.Replace("Fairlead.Store.Tests", "Fairlead.Store.CrashWriter", StringComparison.Ordinal), "Fairlead.Store.CrashWriter");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var argument in (string[])[path, window.ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        using var writer = Process.Start(start)!;
        var lines = new List<string>();
        var reading = Task.Run(async () =>
        {
            while (await writer.StandardOutput.ReadLineAsync() is { } line) lines.Add(line);
        });
        var began = Stopwatch.StartNew();
        while (lines.Count == 0 && !writer.HasExited && began.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(2);
        Assert.False(writer.HasExited, "the writer ended by itself");
        await Task.Delay(life);
        writer.Kill();
        await writer.WaitForExitAsync();
        await reading;
        // The kill may have cut the last line; what is whole was acknowledged.
        return [.. lines.Where(l => l.Split(' ') is [_, var r, ..] && r.Length > 0).SkipLast(1)];
    }

    static async Task CheckAsync(string path, Dictionary<string, (long Revision, bool Deleted)> latest, Dictionary<long, string> given, int round)
    {
        await using var store = EmbeddedStore.Open(new(path));
        var deletions = new Dictionary<string, long>();
        using var watch = store.Watch("/", store.CompactedRevision);
        var last = store.CompactedRevision;
        while (last < store.Revision)
        {
            foreach (var e in await watch.NextAsync(CancellationToken.None))
            {
                Assert.Equal(++last, e.Entry.Revision);
                Assert.Equal(given.GetValueOrDefault(last, e.Entry.Key), e.Entry.Key);
                if (e.Type == StoreEventType.Deleted) deletions[e.Entry.Key] = last;
            }
        }
        Assert.True(last >= given.Keys.Max(), $"round {round}: the store went back");
        foreach (var (key, (revision, deleted)) in latest)
        {
            // A write that was not acknowledged may have come after: nothing may be older than what was.
            var entry = await store.GetAsync(key, CancellationToken.None);
            var found = entry?.Revision ?? (deleted || revision <= store.CompactedRevision ? revision : deletions.GetValueOrDefault(key));
            Assert.True(found >= revision, $"round {round}: {key} is at {found}, {revision} was acknowledged");
        }
    }
}
