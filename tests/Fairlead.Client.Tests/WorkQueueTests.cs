using Fairlead.Client.Reconciling;

namespace Fairlead.Client.Tests;

public class WorkQueueTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    readonly WorkQueue<string> queue = new(TimeProvider.System);

    [Fact]
    public async Task A_key_added_twice_comes_once()
    {
        queue.Add("a");
        queue.Add("a");
        queue.Add("b");
        Assert.Equal("a", await queue.TakeAsync(Stop));
        Assert.Equal("b", await queue.TakeAsync(Stop));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task A_key_added_while_worked_on_comes_again_only_when_it_is_done()
    {
        queue.Add("a");
        await queue.TakeAsync(Stop);
        queue.Add("a");
        queue.Add("b");
        Assert.Equal("b", await queue.TakeAsync(Stop));
        queue.Done("a");
        Assert.Equal("a", await queue.TakeAsync(Stop));
    }

    [Fact]
    public async Task Failures_in_a_row_lengthen_the_pause_and_forgetting_shortens_it()
    {
        queue.AddAfterFailure("a");
        Assert.Equal("a", await queue.TakeAsync(Stop));
        queue.Done("a");
        for (var i = 0; i < 12; i++) queue.AddAfterFailure("far");
        queue.Forget("far");
        queue.AddAfterFailure("far");
        Assert.Equal("far", await queue.TakeAsync(Stop).WaitAsync(TimeSpan.FromSeconds(5), Stop));
    }

    [Fact]
    public async Task A_key_that_asks_often_to_come_later_comes_once_at_the_earliest_time()
    {
        var time = new CountedTimers();
        var later = new WorkQueue<string>(time);
        for (var i = 0; i < 100; i++) later.AddAfter("a", TimeSpan.FromHours(1));
        Assert.Equal(1, time.Count);
        later.AddAfter("a", TimeSpan.FromMilliseconds(5));
        Assert.Equal(2, time.Count);
        Assert.Equal("a", await later.TakeAsync(Stop).WaitAsync(TimeSpan.FromSeconds(5), Stop));
        later.Done("a");
        later.AddAfter("a", TimeSpan.FromMilliseconds(5)); // what came may come again
        Assert.Equal("a", await later.TakeAsync(Stop).WaitAsync(TimeSpan.FromSeconds(5), Stop));
    }

    sealed class CountedTimers : TimeProvider
    {
        public int Count { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Count++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
