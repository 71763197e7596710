using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime;

namespace Fairlead.Bench;

/// <summary>
/// Fan-out: all watchers watch one collection. First at a steady 200 and 500 writes a second (latency from before the write is
/// sent to when the watcher has the event), then at more than can be delivered (events delivered a second). Watchers have a
/// connection of HTTP/1.1 each, or share connections of HTTP/2, as client-go's do within a process. Where only every tenth
/// connection is read whole, what the others get is thrown away encrypted: their clients would be on other machines.
/// </summary>
/// <param name="only">One load and writes a second instead of all; for a profile.</param>
sealed class WatchBench(ServerProcess server, TimeSpan time, (WatchLoad Load, int Rate)? only = null)
{
    const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    const string Watch = ConfigMaps + "?watch=1&resourceVersion=0&allowWatchBookmarks=true";

    const int Writers = 16;

    /// <summary>What a measurement may allocate here without a collection.</summary>
    const long MeasureBytes = 200_000_000;

    static readonly WatchLoad[] Loads = [new(100, 1, 1), new(1000, 1, 1), new(1000, 10, 1), new(1000, 100, 1), new(1000, 1, 10), new(1000, 100, 10)];

    long delivered;
    long bytes;
    volatile bool isEnding;

    public async Task RunAsync()
    {
        Console.WriteLine("| watchers | to a connection | read whole | writes/s | events/s | MB/s | p50 ms | p99 ms | write p50 ms | write p99 ms | server CPU µs/event | client CPU µs/event |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var load in only is { } one ? [one.Load] : Loads)
        {
            var readers = new List<EventReader>();
            var clients = new List<IDisposable>();
            isEnding = false;
            for (var i = 1; i <= load.Connections; i++)
            {
                var mine = i % load.WholeOf == 0 ? Enumerable.Range(0, load.Share).Select(_ => new EventReader()).ToArray() : null;
                clients.Add(load.Share == 1 ? await AloneAsync(mine?[0]) : await SharedAsync(load.Share, mine));
                if (mine is not null) readers.AddRange(mine);
            }
            // Opened once: what connections cost, and what the runtime compiles anew for the thirtieth, is not what is measured.
            var writers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => RawClient.ConnectAsync(server)));
            await MeasureAsync(load, readers, writers, 200, warm: true);
            foreach (var rate in only is { } alone ? [alone.Rate] : (int[])[200, 500, 1000]) await MeasureAsync(load, readers, writers, rate, warm: false);
            isEnding = true;
            foreach (var writer in writers) writer.Dispose();
            clients.ForEach(c => c.Dispose());
        }
    }

    /// <param name="reader">Null: what comes is thrown away.</param>
    async Task<IDisposable> AloneAsync(EventReader? reader)
    {
        var client = await RawClient.ConnectAsync(server);
        var stream = await client.OpenAsync(RawClient.Request("GET", Watch));
        Follow(reader is null ? () => client.Connection.DiscardAsync(Came) : async () =>
        {
            var buffer = new byte[32 * 1024];
            while (await stream.ReadAsync(buffer) is var n and > 0) Take(reader, buffer.AsSpan(0, n));
        });
        return client;
    }

    /// <param name="readers">Of each watch one; null: what comes is thrown away, up to the 2 GB of the connection's window.</param>
    async Task<IDisposable> SharedAsync(int share, EventReader[]? readers)
    {
        var client = await Http2Client.ConnectAsync(server);
        for (var i = 0; i < share; i++) await client.AskAsync(Watch);
        Follow(() => readers is null ? client.Connection.DiscardAsync(Came) : client.ReadAsync((answer, piece) => Take(readers[answer], piece)));
        return client;
    }

    void Follow(Func<Task> readAsync) => Task.Run(async () =>
    {
        try { await readAsync(); }
        catch (Exception e) when (isEnding && e is (IOException or ObjectDisposedException or SocketException)) { }
    });

    void Take(EventReader reader, ReadOnlySpan<byte> piece)
    {
        Interlocked.Add(ref delivered, reader.Take(piece));
        Came(piece.Length);
    }

    void Came(int more) => Interlocked.Add(ref bytes, more);

    async Task MeasureAsync(WatchLoad load, IReadOnlyList<EventReader> readers, RawClient[] writers, int rate, bool warm)
    {
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
        var writes = (await Task.WhenAll(writers.Select((w, i) => Task.Run(() => WriteAsync(w, i, rate, began))))).SelectMany(w => w).Order().ToArray();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        // Ended before by itself if more was allocated.
        if (isPauseless && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        // The others are in no way different.
        var events = (Interlocked.Read(ref delivered) - eventsBefore) * load.WholeOf;
        var sent = Interlocked.Read(ref bytes) - bytesBefore;
        var serverMicros = (server.ProcessorTime - serverBefore).TotalMicroseconds / Math.Max(1, events);
        var clientMicros = (Process.GetCurrentProcess().TotalProcessorTime - clientBefore).TotalMicroseconds / Math.Max(1, events);
        foreach (var reader in readers) reader.IsSampling = false;
        // What is still on its way belongs to no measurement.
        for (var seen = -1L; seen != Interlocked.Read(ref delivered);)
        {
            seen = Interlocked.Read(ref delivered);
            await Task.Delay(300);
        }
        if (warm) return;
        var all = readers.SelectMany(r => r.Latencies).Order().ToArray();
        Console.WriteLine(FormattableString.Invariant(
            $"| {load.Watchers} | {load.Share} | {readers.Count} | {writes.Length / elapsed:N0} | {events / elapsed:N0} | {sent / elapsed / 1e6:N0} | {LoadRun.At(all, 0.5):F1} | {LoadRun.At(all, 0.99):F1} | {LoadRun.At(writes, 0.5):F1} | {LoadRun.At(writes, 0.99):F1} | {serverMicros:F1} | {clientMicros:F1} |"));
    }

    /// <summary>
    /// Each writer sends its share at its own times, so that a slow answer does not hold the others back; returns how long each
    /// write took, in ticks of the stopwatch.
    /// </summary>
    async Task<List<long>> WriteAsync(RawClient writer, int i, int rate, long began)
    {
        var writes = new List<long>();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            var due = TimeSpan.FromSeconds(((double)writes.Count * Writers + i) / rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            var now = Stopwatch.GetTimestamp();
            var body = Bodies.ConfigMap($"w{now}-{i}", now);
            if (await writer.SendAsync(RawClient.Request("POST", ConfigMaps, "application/json", body)) != 201) throw new InvalidOperationException("a write failed");
            writes.Add(Stopwatch.GetTimestamp() - now);
        }
        return writes;
    }
}
