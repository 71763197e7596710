using System.Diagnostics;
using System.Text;
using Fairlead.Store;
using Fairlead.Store.Embedded;

namespace Fairlead.Bench;

/// <summary>The embedded store without a server: what the layers above have to share.</summary>
static class StoreBench
{
    public static async Task RunAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"fairlead-bench-{Environment.ProcessId}")).FullName;
        var options = new EmbeddedStoreOptions(Path.Combine(folder, "store.db"));
        try
        {
            await using (var store = EmbeddedStore.Open(options))
            {
                foreach (var writers in (int[])[64, 1, 16, 64]) await WritesAsync(store, writers);
                await FanOutAsync(store, 1000);
                for (var i = 0; store.Revision < 100_000; i++) await BurstAsync(store, 1000);
            }
            var began = Stopwatch.GetTimestamp();
            await using var again = EmbeddedStore.Open(options);
            Console.WriteLine($"opened with {(await again.RangeAsync("/r/", null, 1, 0, default)).Remaining + 1:N0} objects in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static int next;

    static StoreWrite Create() => StoreWrite.Create($"/r/a/{Interlocked.Increment(ref next)}", new(Encoding.UTF8.GetBytes($$"""{"r":"","pad":"{{new string('x', 1200)}}"}"""), 6));

    static async Task WritesAsync(EmbeddedStore store, int writers)
    {
        var began = Stopwatch.GetTimestamp();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var ticks = (await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            var mine = new List<long>();
            while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1.5))
            {
                var sent = Stopwatch.GetTimestamp();
                await store.WriteAsync(Create(), default);
                mine.Add(Stopwatch.GetTimestamp() - sent);
            }
            return mine;
        })))).SelectMany(t => t).Order().ToArray();
        var micros = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / ticks.Length;
        Console.WriteLine($"{writers} writers: {ticks.Length / Stopwatch.GetElapsedTime(began).TotalSeconds:N0} creates/s, p50 {LoadRun.At(ticks, 0.5):F2} ms, p99 {LoadRun.At(ticks, 0.99):F2} ms, {micros:F0} µs CPU each");
    }

    static async Task FanOutAsync(EmbeddedStore store, int watchers)
    {
        using var stop = new CancellationTokenSource();
        long delivered = 0;
        var reading = Enumerable.Range(0, watchers).Select(_ => Task.Run(async () =>
        {
            using var watch = store.Watch("/r/a/", store.Revision);
            try
            {
                while (true) Interlocked.Add(ref delivered, (await watch.NextAsync(stop.Token)).Count);
            }
            catch (OperationCanceledException) { }
        })).ToArray();
        var began = Stopwatch.GetTimestamp();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < 400; i++)
        {
            await store.WriteAsync(Create(), default);
            await Task.Delay(4);
        }
        var micros = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / delivered;
        Console.WriteLine($"{watchers} watchers: {delivered / Stopwatch.GetElapsedTime(began).TotalSeconds:N0} events/s, {micros:F2} µs CPU each");
        await stop.CancelAsync();
        await Task.WhenAll(reading);
    }

    static async Task BurstAsync(EmbeddedStore store, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => store.WriteAsync(Create(), default).AsTask()));
}
