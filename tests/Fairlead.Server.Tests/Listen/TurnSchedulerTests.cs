using Fairlead.Server.Listen;

namespace Fairlead.Server.Tests.Listen;

public class TurnSchedulerTests
{
    const int Pieces = 10_000;

    [Fact]
    public async Task Everything_is_run_once_and_never_more_at_a_time_than_there_are_processors()
    {
        var scheduler = new TurnScheduler();
        var runs = new int[Pieces];
        var (running, most, left) = (0, 0, Pieces);
        var done = new TaskCompletionSource();
        void Run(object? piece)
        {
            var now = Interlocked.Increment(ref running);
            for (var seen = most; seen < now && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = most) { }
            Interlocked.Increment(ref runs[(int)piece!]);
            Thread.SpinWait(20);
            Interlocked.Decrement(ref running);
            if (Interlocked.Decrement(ref left) == 0) done.SetResult();
        }

        // From several sides and with gaps, so that turns end while pieces come.
        Parallel.For(0, Pieces, i =>
        {
            if (i % 100 == 0) Thread.Yield();
            scheduler.Schedule(Run, i);
        });

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(runs, r => Assert.Equal(1, r));
        Assert.InRange(most, 1, Environment.ProcessorCount);
    }

    [Fact]
    public async Task What_the_thread_pool_has_waiting_is_run_between_two_pieces()
    {
        var scheduler = new TurnScheduler();
        var (left, leftWhenRun) = (Pieces, -1);
        var done = new TaskCompletionSource();
        for (var i = 0; i < Pieces; i++)
        {
            scheduler.Schedule(piece =>
            {
                if ((int)piece! == 1) ThreadPool.UnsafeQueueUserWorkItem(_ => leftWhenRun = Volatile.Read(ref left), null);
                Thread.SpinWait(1000);
                if (Interlocked.Decrement(ref left) == 0) done.SetResult();
            }, i);
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(leftWhenRun, 1, Pieces);
    }
}
