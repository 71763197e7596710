namespace Fairlead.Server.Tests.FlowControl;

/// <summary>A clock that stands until it is moved, with the timers that hang on it.</summary>
sealed class HandClock : TimeProvider
{
    readonly List<HandTimer> timers = [];
    long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now;

    public void Move(TimeSpan by)
    {
        now += by.Ticks;
        foreach (var timer in timers.ToArray()) timer.Fire(now);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        timers.Add(timer);
        return timer;
    }

    sealed class HandTimer(HandClock clock, Action call) : ITimer
    {
        long? due;

        public void Fire(long now)
        {
            if (due is null || due > now) return;
            due = null;
            call();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            due = dueTime < TimeSpan.Zero ? null : clock.now + dueTime.Ticks;
            return true;
        }

        public void Dispose() => clock.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
