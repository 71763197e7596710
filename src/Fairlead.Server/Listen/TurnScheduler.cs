using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Pool = System.Threading.ThreadPool;

namespace Fairlead.Server.Listen;

/// <summary>
/// Runs on the thread pool what there may be very much of: on as many threads as there are processors at most, and each
/// piece behind what the pool has waiting by then. Whoever queues there directly waits for a few pieces, not for all.
/// Thread-safe.
/// </summary>
sealed class TurnScheduler : PipeScheduler, IThreadPoolWorkItem
{
    static readonly int MostTurns = Environment.ProcessorCount;

    readonly ConcurrentQueue<(Action<object?> Action, object? State)> waiting = new();
    int turns;

    public override void Schedule(Action<object?> action, object? state)
    {
        waiting.Enqueue((action, state));
        Begin();
    }

    /// <summary>What comes after "await" has a turn of its own.</summary>
    public Turn GetAwaiter() => new(this);

    void IThreadPoolWorkItem.Execute()
    {
        if (waiting.TryDequeue(out var next)) next.Action(next.State);
        if (!waiting.IsEmpty)
        {
            Pool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
        Interlocked.Decrement(ref turns);
        // What came after the look and before the count was lowered may have found no turn free.
        if (!waiting.IsEmpty) Begin();
    }

    void Begin()
    {
        for (var seen = Volatile.Read(ref turns); seen < MostTurns; seen = Volatile.Read(ref turns))
        {
            if (Interlocked.CompareExchange(ref turns, seen + 1, seen) != seen) continue;
            Pool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    public readonly struct Turn(TurnScheduler turns) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public void GetResult() { }

        public void OnCompleted(Action continuation) => turns.Schedule(static next => ((Action)next!)(), continuation);

        public void UnsafeOnCompleted(Action continuation) => OnCompleted(continuation);
    }
}
