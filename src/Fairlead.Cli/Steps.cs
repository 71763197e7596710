using System.Diagnostics;

namespace Fairlead.Cli;

/// <summary>Says what a command is busy with: one line for each step that takes longer than a second.</summary>
public sealed class Steps(TextWriter output)
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    readonly long began = Stopwatch.GetTimestamp();

    /// <summary>Time since this was made.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(began);

    /// <param name="name">What is done, as "start containerd on node1".</param>
    public async Task RunAsync(string name, Func<Task> step)
    {
        var start = Stopwatch.GetTimestamp();
        var work = step();
        if (await Task.WhenAny(work, Task.Delay(Silence)).ConfigureAwait(false) != work) output.WriteLine($"  {name} …");
        await work.ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(start);
        if (took >= Silence) output.WriteLine($"  {name}: {took.TotalSeconds:F1} s");
    }

    public void Say(string line) => output.WriteLine(line);

    /// <summary>Waits until a condition holds, asking every 20 ms.</summary>
    /// <param name="complaint">What to say when <paramref name="limit"/> has passed.</param>
    /// <exception cref="CommandException">It did not come to hold in time.</exception>
    public static async Task UntilAsync(
        Func<CancellationToken, Task<bool>> condition, TimeSpan limit, Func<string> complaint, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition(cancellation).ConfigureAwait(false))
        {
            if (Stopwatch.GetElapsedTime(start) > limit) throw new CommandException(complaint());
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
    }
}
