using System.Globalization;
using Fairlead.Bench.Cluster;

// fairlead-bench-cluster up [runs] | memory | pods [count] | change [services [endpoints]]
// Needs root and a built ./fairlead. Starts clusters of its own name and ranges, one at a time, and removes each.
var command = args.FirstOrDefault();
var number = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : (int?)null;
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The cluster is removed on the way out.
    e.Cancel = true;
    interrupted.Cancel();
};
switch (command)
{
    case "up":
        await UpBench.RunAsync(number ?? 5, interrupted.Token);
        return 0;
    case "memory":
        await WithClusterAsync(cluster => MemoryBench.RunAsync(cluster, interrupted.Token));
        return 0;
    case "pods":
        await WithClusterAsync(cluster => new PodBench(cluster, number ?? 20).RunAsync(interrupted.Token));
        return 0;
    case "change":
        await WithClusterAsync(cluster => new ChangeBench(cluster, number ?? 10_000, args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2).RunAsync(interrupted.Token));
        return 0;
    default:
        Console.Error.WriteLine("fairlead-bench-cluster up [runs] | memory | pods [count] | change [services [endpoints]]");
        return 2;
}

async Task WithClusterAsync(Func<BenchCluster, Task> run)
{
    await using var cluster = await BenchCluster.StartAsync(interrupted.Token);
    await run(cluster);
}
