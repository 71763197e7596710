using System.Diagnostics;
using System.Text;
using Fairlead.Store;
using Fairlead.Store.Embedded;

namespace Fairlead.Bench;

/// <summary>The server starts over a store that holds 100,000 objects already.</summary>
static class StartBench
{
    public static async Task RunAsync(int objects)
    {
        Console.WriteLine("| objects | file MB | start to first answer ms | of it processor ms | resident MB | a list of 1,000 of them ms |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var count in (int[])[0, objects])
        {
            var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"fairlead-bench-start-{Environment.ProcessId}")).FullName;
            await FillAsync(Path.Combine(folder, "store.db"), count);
            var file = new FileInfo(Path.Combine(folder, "store.db")) is { Exists: true } there ? there.Length : 0;
            var times = new List<(double Wall, double Cpu)>();
            for (var i = 0; i < 3; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await using var server = await ServerProcess.StartAsync(folder);
                using var client = await RawClient.ConnectAsync(server);
                if (await client.SendAsync(RawClient.Request("GET", "/readyz")) != 200) throw new InvalidOperationException("not ready");
                times.Add((Stopwatch.GetElapsedTime(began).TotalMilliseconds, server.ProcessorTime.TotalMilliseconds));
                if (i < 2) continue;
                await Task.Delay(TimeSpan.FromSeconds(8));
                var resident = server.ResidentBytes >> 20;
                began = Stopwatch.GetTimestamp();
                await client.SendAsync(RawClient.Request("GET", "/api/v1/namespaces/n0/configmaps?limit=1000"));
                var list = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                var best = times.MinBy(t => t.Wall);
                Console.WriteLine(FormattableString.Invariant($"| {count:N0} | {file >> 20} | {best.Wall:N0} | {best.Cpu:N0} | {resident} | {list:F0} |"));
            }
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task FillAsync(string path, int count)
    {
        await using var store = EmbeddedStore.Open(new(path) { HistoryEvents = 1000 });
        for (var done = 0; done < count;)
        {
            var part = Math.Min(2000, count - done);
            await Task.WhenAll(Enumerable.Range(done, part).Select(i => store.WriteAsync(Create(i), default).AsTask()));
            done += part;
        }
    }

    static StoreWrite Create(int i)
    {
        var (ns, name) = ($"n{i % 100}", $"c{i}");
        var json = $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"{{{Guid.NewGuid()}}}","resourceVersion":"","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"bench"}},"data":{"text":"{{{new string('x', 1000)}}}"}}""";
        var bytes = Encoding.UTF8.GetBytes(json);
        var mark = "\"resourceVersion\":\""u8;
        return StoreWrite.Create($"/registry/core/configmaps/{ns}/{name}", new(bytes, bytes.AsSpan().IndexOf(mark) + mark.Length));
    }
}
