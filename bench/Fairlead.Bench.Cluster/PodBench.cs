using System.Diagnostics;
using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Bench.Cluster;

/// <summary>From the create request to Running as a watch shows it, one after the other and all at once, and the same by hand on the runtime.</summary>
sealed class PodBench(BenchCluster cluster, int count)
{
    public const string Image = "fairlead.local/test:latest";
    public static readonly string[] Command = ["sleep", "3600"];

    public async Task RunAsync(CancellationToken cancellation)
    {
        // The first of everything is slower: caches of the disk, code that is compiled.
        for (var i = 0; i < 3; i++) await StartAsync(cluster, $"warm{i}", cancellation);
        using var floor = new RuntimeFloor();
        await floor.StartAsync(cancellation);
        Figures single = new(), singleFloor = new(), burst = new(), burstFloor = new();
        // In turns, so that both see the same neighbours on the machine.
        for (var i = 0; i < count; i++)
        {
            single.Add(await StartAsync(cluster, $"single{i}", cancellation));
            singleFloor.Add(await floor.StartAsync(cancellation));
        }
        await RemoveAllAsync(floor, cancellation);
        var whole = await BurstAsync(i => StartAsync(cluster, $"burst{i}", cancellation), burst);
        await RemoveAllAsync(floor, cancellation);
        var wholeFloor = await BurstAsync(_ => floor.StartAsync(cancellation), burstFloor);
        await RemoveAllAsync(floor, cancellation);
        Console.WriteLine("| Pod start, ms | median | min | max | runtime alone: median | min | max | ratio of medians |\n| --- | --- | --- | --- | --- | --- | --- | --- |");
        Console.WriteLine(FormattableString.Invariant($"| {count} one by one | {single} | {singleFloor} | {single.Median / singleFloor.Median:F2} |"));
        Console.WriteLine(FormattableString.Invariant($"| {count} at once, each | {burst} | {burstFloor} | {burst.Median / burstFloor.Median:F2} |"));
        Console.WriteLine(FormattableString.Invariant($"| {count} at once, until the last | {whole.TotalMilliseconds:N0} | | | {wholeFloor.TotalMilliseconds:N0} | | | {whole / wholeFloor:F2} |"));
    }

    public static Pod Pod(string name) => new()
    {
        Metadata = new() { Namespace = "default", Name = name },
        Spec = new() { TerminationGracePeriodSeconds = 0, Containers = [new() { Name = "main", Image = Image, Command = Command }] },
    };

    /// <summary>Creates a Pod; returns how long it took until a watch that was open before showed it Running.</summary>
    public static async Task<TimeSpan> StartAsync(BenchCluster cluster, string name, CancellationToken cancellation)
    {
        var now = await cluster.Client.ListAsync<Pod>("default", new ListOptions { FieldSelector = $"metadata.name={name}" }, cancellation);
        await using var events = cluster.Client.WatchAsync<Pod>(
            "default", new ListOptions { FieldSelector = $"metadata.name={name}", ResourceVersion = now.Metadata.ResourceVersion }, cancellation).GetAsyncEnumerator(cancellation);
        var next = events.MoveNextAsync();
        var began = Stopwatch.GetTimestamp();
        await cluster.CreateAsync(Pod(name), cancellation);
        while (await next)
        {
            if (events.Current.Object.Status?.Phase == "Running") return Stopwatch.GetElapsedTime(began);
            next = events.MoveNextAsync();
        }
        throw new InvalidOperationException("the watch ended before the Pod ran");
    }

    async Task<TimeSpan> BurstAsync(Func<int, Task<TimeSpan>> start, Figures each)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var time in await Task.WhenAll(Enumerable.Range(0, count).Select(start))) each.Add(time);
        return Stopwatch.GetElapsedTime(began);
    }

    async Task RemoveAllAsync(RuntimeFloor floor, CancellationToken cancellation)
    {
        await floor.RemoveAllAsync(cancellation);
        foreach (var pod in (await cluster.Client.ListAsync<Pod>("default", ListOptions.All, cancellation)).Items)
        {
            await cluster.Client.DeleteAsync<Pod>("default", pod.Metadata.Name!, new() { GracePeriodSeconds = 0 }, cancellation);
        }
        while (await floor.CountAsync(cancellation) > 0) await Task.Delay(100, cancellation);
    }
}
