namespace Fairlead.Node.Tests;

/// <summary>The system's clock, which can be put forward: timers that are due by then go off at once.</summary>
sealed class JumpingTime : TimeProvider
{
    readonly Lock gate = new();
    readonly List<WeakReference<Timer>> timers = [];
    TimeSpan ahead;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return DateTimeOffset.UtcNow + ahead;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, dueTime, period);
        lock (gate) timers.Add(new(timer));
        return timer;
    }

    public void Jump(TimeSpan by)
    {
        List<WeakReference<Timer>> all;
        lock (gate)
        {
            ahead += by;
            timers.RemoveAll(t => !t.TryGetTarget(out _));
            all = [.. timers];
        }
        foreach (var reference in all) if (reference.TryGetTarget(out var timer)) timer.Look();
    }

    sealed class Timer : ITimer
    {
        readonly JumpingTime time;
        readonly ITimer real;
        DateTimeOffset? due;
        TimeSpan period;

        public Timer(JumpingTime time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            this.time = time;
            real = System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan again)
        {
            due = dueTime == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + dueTime;
            period = again;
            return real.Change(dueTime, again);
        }

        /// <summary>The clock was put forward: what is left of the wait is less.</summary>
        public void Look()
        {
            if (due is not { } at) return;
            var left = at - time.GetUtcNow();
            try { real.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, period); }
            catch (ObjectDisposedException) { }
        }

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
