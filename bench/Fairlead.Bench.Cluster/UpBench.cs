using System.Diagnostics;
using Fairlead.Api.Core.V1;
using Fairlead.Client;

namespace Fairlead.Bench.Cluster;

/// <summary>
/// From the start of `./fairlead up` (built, no data yet) to: the API answers, node Ready, and the first Pod Running,
/// which is created as soon as the API takes it.
/// </summary>
static class UpBench
{
    public static async Task RunAsync(int runs, CancellationToken cancellation)
    {
        Figures answers = new(), node = new(), pod = new(), command = new(), down = new();
        for (var i = 0; i < runs; i++)
        {
            var cluster = await BenchCluster.BeginAsync(cancellation);
            try
            {
                await cluster.AnswersAsync(cancellation);
                answers.Since(cluster.Began);
                await Task.WhenAll(NodeAsync(cluster, node, cancellation), PodAsync(cluster, pod, cancellation), CommandAsync(cluster, command, cancellation));
            }
            finally
            {
                var began = Stopwatch.GetTimestamp();
                await cluster.DisposeAsync();
                down.Since(began);
            }
        }
        Console.WriteLine($"| from the start of `up`, ms, {runs} runs | median | min | max |\n| --- | --- | --- | --- |");
        Console.WriteLine($"| API answers | {answers} |\n| node Ready | {node} |\n| first Pod Running | {pod} |\n| the command ends | {command} |\n| (`down`, from its own start) | {down} |");
    }

    static async Task NodeAsync(BenchCluster cluster, Figures figures, CancellationToken cancellation)
    {
        await foreach (var e in cluster.Client.WatchAsync<Api.Core.V1.Node>(null, new ListOptions { ResourceVersion = "0" }, cancellation))
        {
            if (e.Object.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) != true) continue;
            figures.Since(cluster.Began);
            return;
        }
    }

    static async Task PodAsync(BenchCluster cluster, Figures figures, CancellationToken cancellation)
    {
        await cluster.CreateAsync(PodBench.Pod("first"), cancellation);
        await foreach (var e in cluster.Client.WatchAsync<Pod>("default", new ListOptions { ResourceVersion = "0" }, cancellation))
        {
            if (e.Object.Status?.Phase != "Running") continue;
            figures.Since(cluster.Began);
            return;
        }
    }

    static async Task CommandAsync(BenchCluster cluster, Figures figures, CancellationToken cancellation)
    {
        await cluster.ReadyAsync(cancellation);
        figures.Since(cluster.Began);
    }
}
