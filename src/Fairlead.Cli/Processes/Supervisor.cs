using System.Diagnostics;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Processes;

/// <summary>
/// Keeps the cluster's processes running: starts what does not run, adopts what runs already (a supervisor that was
/// killed leaves its children alone), and restarts what ends, with back-off. Ends without ending them: that is for
/// the cluster's removal to do.
/// </summary>
public sealed class Supervisor(ProcessRecords records, IReadOnlyList<SupervisedProcess> processes, Action<string> log)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(10), Settled = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(processes.Select(p => KeepAsync(p, cancellation)));

    async Task KeepAsync(SupervisedProcess process, CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await RunOnceAsync(process, cancellation).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(started) > Settled) pause = FirstPause;
            log($"{process.Name} starts again in {pause.TotalSeconds:F1} s");
            await Task.Delay(pause, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    async Task RunOnceAsync(SupervisedProcess process, CancellationToken cancellation)
    {
        if (records.FindAlive(process.Name) is { } running)
        {
            log($"{process.Name} runs already as {running.Pid}");
            // Not our child: its end is not told to us.
            while (running.IsAlive) await Task.Delay(200, cancellation).ConfigureAwait(false);
            log($"{process.Name} ended");
            return;
        }
        using var child = process.Spec.Start();
        if (ProcessIdentity.Find(child.Id) is { } identity) records.Write(process.Name, identity);
        log($"{process.Name} started as {child.Id}");
        await child.WaitForExitAsync(cancellation).ConfigureAwait(false);
        log($"{process.Name} ended with exit code {child.ExitCode}");
        records.WriteEnd(process.Name, child.ExitCode);
    }
}
