using System.Buffers.Text;
using System.Diagnostics;

namespace Fairlead.Bench;

/// <summary>
/// Fan-out: all watchers watch one collection. First at a steady 200 and 500 writes a second (latency from before the write is
/// sent to when the watcher has the event), then with writes as fast as they are taken (events delivered a second).
/// </summary>
/// <param name="only">One number of watchers and one of writes a second instead of all; for a profile.</param>
sealed class WatchBench(ServerProcess server, TimeSpan time, (int Watchers, int Rate)? only = null)
{
    const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    const int Writers = 16;

    long delivered;
    long bytes;
    volatile bool sampling;

    public async Task RunAsync()
    {
        Console.WriteLine("| watchers | writes/s | events/s | MB/s | p50 ms | p99 ms | server CPU µs/event | client CPU µs/event |\n| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var watchers in only is { } one ? [one.Watchers] : (int[])[100, 1000])
        {
            var latencies = Enumerable.Range(0, watchers).Select(_ => new List<long>()).ToArray();
            var clients = new List<RawClient>();
            for (var i = 0; i < watchers; i++)
            {
                var client = await RawClient.ConnectAsync(server);
                clients.Add(client);
                var stream = await client.OpenAsync(RawClient.Request("GET", ConfigMaps + "?watch=1&resourceVersion=0&allowWatchBookmarks=true"));
                var mine = latencies[i];
                _ = Task.Run(() => ReadAsync(stream, mine));
            }
            await MeasureAsync(watchers, latencies, 200, warm: true);
            foreach (var rate in only is { } alone ? [alone.Rate] : (int[])[200, 500, 1000]) await MeasureAsync(watchers, latencies, rate, warm: false);
            clients.ForEach(c => c.Dispose());
        }
    }

    async Task MeasureAsync(int watchers, List<long>[] latencies, int rate, bool warm)
    {
        var writers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => RawClient.ConnectAsync(server)));
        foreach (var l in latencies) l.Clear();
        sampling = !warm;
        var (eventsBefore, bytesBefore) = (Interlocked.Read(ref delivered), Interlocked.Read(ref bytes));
        var (serverBefore, clientBefore) = (server.ProcessorTime, Process.GetCurrentProcess().TotalProcessorTime);
        var began = Stopwatch.GetTimestamp();
        var writes = (await Task.WhenAll(writers.Select((w, i) => Task.Run(() => WriteAsync(w, i, rate, began))))).Sum();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var events = Interlocked.Read(ref delivered) - eventsBefore;
        var sent = Interlocked.Read(ref bytes) - bytesBefore;
        var serverMicros = (server.ProcessorTime - serverBefore).TotalMicroseconds / Math.Max(1, events);
        var clientMicros = (Process.GetCurrentProcess().TotalProcessorTime - clientBefore).TotalMicroseconds / Math.Max(1, events);
        sampling = false;
        foreach (var writer in writers) writer.Dispose();
        // What is still on its way belongs to no measurement.
        for (var seen = -1L; seen != Interlocked.Read(ref delivered);)
        {
            seen = Interlocked.Read(ref delivered);
            await Task.Delay(300);
        }
        if (warm) return;
        var all = latencies.SelectMany(l => l).Order().ToArray();
        Console.WriteLine(FormattableString.Invariant(
            $"| {watchers} | {writes / elapsed:N0} | {events / elapsed:N0} | {sent / elapsed / 1e6:N0} | {LoadRun.At(all, 0.5):F1} | {LoadRun.At(all, 0.99):F1} | {serverMicros:F1} | {clientMicros:F1} |"));
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

    /// <summary>An event is a line that begins with its type; the time of its sending stands in its data.</summary>
    async Task ReadAsync(Stream stream, List<long> latencies)
    {
        var buffer = new byte[32 * 1024];
        var kept = 0;
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(kept)) is var n and > 0)
            {
                kept = Count(buffer, kept + n, latencies);
                Interlocked.Add(ref bytes, n);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { }
    }

    /// <summary>Counts the stamps in the buffer; returns how many bytes at its end may begin the next.</summary>
    int Count(byte[] buffer, int filled, List<long> latencies)
    {
        const int stampBytes = 29; // "stamp":"00000000000000000000
        var span = buffer.AsSpan(0, filled);
        var now = Stopwatch.GetTimestamp();
        var events = 0;
        int at;
        while ((at = span.IndexOf("\"stamp\":\""u8)) >= 0 && span.Length - at >= stampBytes)
        {
            if (sampling && Utf8Parser.TryParse(span.Slice(at + 9, 20), out long sent, out _) && sent > 0) latencies.Add(now - sent);
            events++;
            span = span[(at + stampBytes)..];
        }
        Interlocked.Add(ref delivered, events);
        var keep = at >= 0 ? span.Length - at : Math.Min(span.Length, 8);
        span[^keep..].CopyTo(buffer);
        return keep;
    }
}
