namespace Fairlead.Cli.Commands;

/// <summary>
/// Gives memory back to the system that a burst of work took, such as the first list of a large cluster: left to itself the
/// collector keeps it until somebody needs memory.
/// </summary>
/// <param name="allocated">Bytes allocated since the process began.</param>
/// <param name="collect">Gives back what is free.</param>
sealed class MemoryReturn(TimeProvider time, Func<long> allocated, Action collect)
{
    // Collecting stops the process for some 100 ms where a lot is kept: worth it after so much work, in a quiet moment.
    internal const long Worth = 128L << 20, Quiet = 16L << 20;
    internal static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>This process's own.</summary>
    public MemoryReturn() : this(TimeProvider.System, () => GC.GetTotalAllocatedBytes(), Collect) { }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var (last, collected) = (0L, 0L);
        while (true)
        {
            await Task.Delay(Moment, time, cancellation).ConfigureAwait(false);
            var now = allocated();
            if (now - last < Quiet && now - collected > Worth)
            {
                collect();
                collected = now;
            }
            last = now;
        }
    }

    internal static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
