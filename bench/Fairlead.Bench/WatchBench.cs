using System.Diagnostics;
using System.Runtime;

namespace Fairlead.Bench;

/// <summary>
/// Fan-out: all watchers watch one collection. First at a steady 200 and 500 writes a second (latency from before the write is
/// sent to when the watcher has the event), then at more than can be delivered (events delivered a second). Watchers have a
/// connection of HTTP/1.1 each, or share connections of HTTP/2, as client-go's do within a process.
/// </summary>
/// <param name="only">One number of watchers, of writes a second and of watchers to a connection instead of all; for a profile.</param>
sealed class WatchBench(ServerProcess server, TimeSpan time, (int Watchers, int Rate, int Share)? only = null)
{
    const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    const string Watch = ConfigMaps + "?watch=1&resourceVersion=0&allowWatchBookmarks=true";

    const int Writers = 16;

    /// <summary>What a measurement may allocate here without a collection.</summary>
    const long MeasureBytes = 200_000_000;

    static readonly (int Watchers, int Share)[] Shapes = [(100, 1), (1000, 1), (1000, 10), (1000, 100)];

    long delivered;
    long bytes;
    volatile bool isEnding;

    public async Task RunAsync()
    {
        Console.WriteLine("| watchers | to a connection | writes/s | events/s | MB/s | p50 ms | p99 ms | server CPU µs/event | client CPU µs/event |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (watchers, share) in only is { } one ? [(one.Watchers, one.Share)] : Shapes)
        {
            var readers = Enumerable.Range(0, watchers).Select(_ => new EventReader()).ToArray();
            var clients = new List<IDisposable>();
            isEnding = false;
            foreach (var mine in readers.Chunk(share)) clients.Add(share == 1 ? await AloneAsync(mine[0]) : await SharedAsync(mine));
            await MeasureAsync(share, readers, 200, warm: true);
            foreach (var rate in only is { } alone ? [alone.Rate] : (int[])[200, 500, 1000]) await MeasureAsync(share, readers, rate, warm: false);
            isEnding = true;
            clients.ForEach(c => c.Dispose());
        }
    }

    async Task<IDisposable> AloneAsync(EventReader reader)
    {
        var client = await RawClient.ConnectAsync(server);
        var stream = await client.OpenAsync(RawClient.Request("GET", Watch));
        _ = Task.Run(async () =>
        {
            var buffer = new byte[32 * 1024];
            try
            {
                while (await stream.ReadAsync(buffer) is var n and > 0) Take(reader, buffer.AsSpan(0, n));
            }
            catch (Exception e) when (IsOurs(e)) { }
        });
        return client;
    }

    async Task<IDisposable> SharedAsync(EventReader[] readers)
    {
        var client = await Http2Client.ConnectAsync(server);
        foreach (var _ in readers) await client.AskAsync(Watch);
        _ = Task.Run(async () =>
        {
            try
            {
                await client.ReadAsync((answer, piece) => Take(readers[answer], piece));
            }
            catch (Exception e) when (IsOurs(e)) { }
        });
        return client;
    }

    bool IsOurs(Exception e) => isEnding && e is (IOException or ObjectDisposedException);

    void Take(EventReader reader, ReadOnlySpan<byte> piece)
    {
        Interlocked.Add(ref delivered, reader.Take(piece));
        Interlocked.Add(ref bytes, piece.Length);
    }

    async Task MeasureAsync(int share, EventReader[] readers, int rate, bool warm)
    {
        var writers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => RawClient.ConnectAsync(server)));
        foreach (var reader in readers)
        {
            reader.Latencies.Clear();
            reader.Latencies.EnsureCapacity((int)(rate * time.TotalSeconds) + Writers);
            reader.IsSampling = !warm;
        }
        // What is measured is how long the server takes, not a pause of the one who measures.
        var isPauseless = GC.TryStartNoGCRegion(MeasureBytes);
        var (eventsBefore, bytesBefore) = (Interlocked.Read(ref delivered), Interlocked.Read(ref bytes));
        var (serverBefore, clientBefore) = (server.ProcessorTime, Process.GetCurrentProcess().TotalProcessorTime);
        var began = Stopwatch.GetTimestamp();
        var writes = (await Task.WhenAll(writers.Select((w, i) => Task.Run(() => WriteAsync(w, i, rate, began))))).Sum();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        // Ended before by itself if more was allocated.
        if (isPauseless && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        var events = Interlocked.Read(ref delivered) - eventsBefore;
        var sent = Interlocked.Read(ref bytes) - bytesBefore;
        var serverMicros = (server.ProcessorTime - serverBefore).TotalMicroseconds / Math.Max(1, events);
        var clientMicros = (Process.GetCurrentProcess().TotalProcessorTime - clientBefore).TotalMicroseconds / Math.Max(1, events);
        foreach (var reader in readers) reader.IsSampling = false;
        foreach (var writer in writers) writer.Dispose();
        // What is still on its way belongs to no measurement.
        for (var seen = -1L; seen != Interlocked.Read(ref delivered);)
        {
            seen = Interlocked.Read(ref delivered);
            await Task.Delay(300);
        }
        if (warm) return;
        var all = readers.SelectMany(r => r.Latencies).Order().ToArray();
        Console.WriteLine(FormattableString.Invariant(
            $"| {readers.Length} | {share} | {writes / elapsed:N0} | {events / elapsed:N0} | {sent / elapsed / 1e6:N0} | {LoadRun.At(all, 0.5):F1} | {LoadRun.At(all, 0.99):F1} | {serverMicros:F1} | {clientMicros:F1} |"));
    }

    /// <summary>Each writer sends its share at its own times, so that a slow answer does not hold the others back.</summary>
    async Task<int> WriteAsync(RawClient writer, int i, int rate, long began)
    {
        var writes = 0;
        for (; Stopwatch.GetElapsedTime(began) < time; writes++)
        {
            var due = TimeSpan.FromSeconds(((double)writes * Writers + i) / rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            var now = Stopwatch.GetTimestamp();
            var body = Bodies.ConfigMap($"w{now}-{i}", now);
            if (await writer.SendAsync(RawClient.Request("POST", ConfigMaps, "application/json", body)) != 201) throw new InvalidOperationException("a write failed");
        }
        return writes;
    }
}
