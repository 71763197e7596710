using System.Diagnostics;

namespace Fairlead.Bench.Cluster;

/// <summary>Durations of one thing, measured several times.</summary>
sealed class Figures
{
    readonly List<double> milliseconds = [];

    public double Median => At(0.5);

    /// <summary>Adds the time since a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public void Since(long began) => Add(Stopwatch.GetElapsedTime(began));

    /// <summary>Safe from several threads.</summary>
    public void Add(TimeSpan time)
    {
        lock (milliseconds) milliseconds.Add(time.TotalMilliseconds);
    }

    /// <summary>Milliseconds below which that part of all lies; nearest rank.</summary>
    public double At(double quantile)
    {
        lock (milliseconds)
        {
            milliseconds.Sort();
            return milliseconds[Math.Clamp((int)Math.Ceiling(quantile * milliseconds.Count) - 1, 0, milliseconds.Count - 1)];
        }
    }

    /// <summary>Cells of a table: median, smallest, greatest, in milliseconds.</summary>
    public override string ToString() => FormattableString.Invariant($"{Median:N0} | {At(0):N0} | {At(1):N0}");
}
