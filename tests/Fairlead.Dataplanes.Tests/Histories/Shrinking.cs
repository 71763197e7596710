using System.Diagnostics;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>Makes a history that fails shorter, as long as it fails.</summary>
static class Shrinking
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Drops halves, quarters, and so on down to single steps, until none can go or the time is over.</summary>
    /// <param name="fails">Plays a history from a fresh state.</param>
    public static async Task<IReadOnlyList<Step>> ShrinkAsync(IReadOnlyList<Step> steps, Func<IReadOnlyList<Step>, Task<bool>> fails)
    {
        var time = Stopwatch.StartNew();
        var size = Math.Max(steps.Count / 2, 1);
        while (time.Elapsed < Limit)
        {
            var shorter = false;
            for (var from = 0; from < steps.Count && time.Elapsed < Limit;)
            {
                List<Step> without = [.. steps.Take(from), .. steps.Skip(from + size)];
                if (await fails(without)) (steps, shorter) = (without, true);
                else from += size;
            }
            if (size > 1) size /= 2;
            else if (!shorter) break;
        }
        return steps;
    }
}
