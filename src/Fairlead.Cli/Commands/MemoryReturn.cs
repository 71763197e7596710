namespace Fairlead.Cli.Commands;

/// <summary>
/// Gives memory back to the system that a burst of work took, such as the first list of a large cluster: left to itself the
/// collector keeps it until somebody needs memory.
/// </summary>
static class MemoryReturn
{
    // Collecting stops the process for some 100 ms where a lot is kept: worth it after so much work, in a quiet moment.
    const long Worth = 128L << 20, Quiet = 16L << 20;
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled.</summary>
    public static async Task RunAsync(CancellationToken cancellation)
    {
        var (last, collected) = (0L, 0L);
        while (true)
        {
            await Task.Delay(Moment, cancellation).ConfigureAwait(false);
            var allocated = GC.GetTotalAllocatedBytes();
            if (allocated - last < Quiet && allocated - collected > Worth)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collected = allocated;
            }
            last = allocated;
        }
    }
}
