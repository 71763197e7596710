using System.Runtime.CompilerServices;
using Fairlead.Cli.Commands;

namespace Fairlead.Cli.Tests;

/// <summary>When memory is given back, and that it is.</summary>
public sealed class MemoryReturnTests
{
    /// <summary>Allocated MiB in each moment, and in which of them memory is given back.</summary>
    [Theory]
    [InlineData("nothing to give", "1 1 1 1", "....")]
    [InlineData("after the burst, in the first quiet moment, and once", "200 300 5 5 5", "..x..")]
    [InlineData("work that never rests", "100 100 100 100", "....")]
    [InlineData("little by little", "15 15 15 15 15 15 15 15 15 15", "........x.")]
    [InlineData("each burst", "150 0 0 150 0", ".x..x")]
    [InlineData("a burst that was too small, and the next", "100 0 100 0", "...x")]
    public async Task It_is_given_back_in_the_quiet_after_a_burst(string name, string moments, string given)
    {
        var (time, sum, collected) = (new Moments(), 0L, 0);
        using var stop = new CancellationTokenSource();
        var running = new MemoryReturn(time, () => sum, () => collected++).RunAsync(stop.Token);
        var seen = "";
        foreach (var moment in moments.Split(' '))
        {
            sum += long.Parse(moment) << 20;
            var before = collected;
            time.Pass();
            seen += collected > before ? 'x' : '.';
        }
        Assert.Equal((name, given), (name, seen));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void What_a_burst_took_is_the_systems_again()
    {
        const long Burst = 256L << 20;
        Fill(Burst);
        var taken = Resident();
        MemoryReturn.Collect();
        Assert.True(Resident() < taken - Burst / 2, $"{taken >> 20} MiB before, {Resident() >> 20} after");
    }

    // Its own frame: nothing of it is referred to afterwards.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Fill(long bytes)
    {
        var kept = new List<byte[]>();
        for (long sum = 0; sum < bytes; sum += 4096)
        {
            kept.Add(new byte[4000]);
            kept[^1].AsSpan().Fill(1);
        }
        Assert.True(Resident() > bytes, "the burst took no memory");
    }

    static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;

    /// <summary>A clock whose one timer goes off when a moment passes, on the caller's thread.</summary>
    sealed class Moments : TimeProvider, ITimer
    {
        (TimerCallback Callback, object? State) waiting;

        public void Pass() => waiting.Callback(waiting.State);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(MemoryReturn.Moment, dueTime);
            waiting = (callback, state);
            return this;
        }

        bool ITimer.Change(TimeSpan dueTime, TimeSpan period) => true;

        void IDisposable.Dispose() { }

        ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
    }
}
