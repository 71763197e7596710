using System.Buffers;
using System.IO.Pipelines;

namespace Fairlead.Server.Listen.Frames;

/// <summary>
/// The body of one answer without end, on a connection that many share: what is flushed waits here until its turn comes
/// to be cut into frames. One writes, and <see cref="SharedOutput"/> takes, with its gate held.
/// </summary>
sealed class StreamOutput(SharedOutput shared, int number) : PipeWriter, IDisposable
{
    /// <summary>A flush waits while more than this is left of what was flushed.</summary>
    const int MostWaiting = 64 * 1024;

    static readonly BlockPool Blocks = new(4096);

    readonly record struct Piece(IMemoryOwner<byte> Block, int Length);

    // The writer's.
    readonly List<Piece> unflushed = [];
    IMemoryOwner<byte>? block;
    int filled;
    long unflushedBytes;

    // Under the gate.
    readonly Queue<Piece> waiting = new();
    int taken;
    TaskCompletionSource? room;
    int roomAt;

    public int Number => number;

    /// <summary>Flushed and not yet taken, in bytes.</summary>
    public int Waiting { get; private set; }

    /// <summary>It stands in line to be taken from.</summary>
    public bool IsInLine { get; set; }

    /// <summary>The head of the answer has gone before.</summary>
    public bool IsBegun { get; set; }

    /// <summary>Nothing more will be taken: the client does not want it, or is gone.</summary>
    public bool IsClosed { get; private set; }

    public override bool CanGetUnflushedBytes => true;
    public override long UnflushedBytes => unflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (block is not null && block.Memory.Length - filled < Math.Max(1, sizeHint)) EndBlock();
        block ??= sizeHint <= Blocks.MaxBufferSize ? Blocks.Rent() : MemoryPool<byte>.Shared.Rent(sizeHint);
        return block.Memory[filled..];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        filled += bytes;
        unflushedBytes += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        EndBlock();
        return WaitAsync(shared.Flush(this, MostWaiting), cancellationToken);
    }

    /// <summary>Completes when all that was flushed has been taken, or nothing more will be.</summary>
    public async Task DrainAsync(CancellationToken cancellation) => await WaitAsync(shared.Flush(this, 0), cancellation).ConfigureAwait(false);

    public override void CancelPendingFlush() => throw new NotSupportedException("a flush of a shared connection ends with its token: cancel that");

    public override void Complete(Exception? exception = null) { }

    public void Dispose()
    {
        shared.End(this);
        EndBlock();
        foreach (var piece in unflushed) piece.Block.Dispose();
        unflushed.Clear();
    }

    /// <summary>Moves what was written in line, and answers with what to wait for, if more than so many bytes wait.</summary>
    public Task? Enqueue(int most)
    {
        foreach (var piece in unflushed) waiting.Enqueue(piece);
        unflushed.Clear();
        Waiting += (int)unflushedBytes;
        unflushedBytes = 0;
        if (IsClosed) Drop();
        if (Waiting <= most) return null;
        (room, roomAt) = (new(TaskCreationOptions.RunContinuationsAsynchronously), most);
        return room.Task;
    }

    /// <summary>Takes as many bytes as there is place for, which must be waiting.</summary>
    public void Take(Span<byte> to)
    {
        Waiting -= to.Length;
        while (to.Length > 0)
        {
            var (owner, length) = waiting.Peek();
            var part = Math.Min(to.Length, length - taken);
            owner.Memory.Span.Slice(taken, part).CopyTo(to);
            to = to[part..];
            taken += part;
            if (taken < length) break;
            waiting.Dequeue();
            owner.Dispose();
            taken = 0;
        }
        if (Waiting <= roomAt) room?.TrySetResult();
    }

    /// <summary>Lets everything go that still waits.</summary>
    public void Close()
    {
        IsClosed = true;
        Drop();
    }

    void Drop()
    {
        while (waiting.TryDequeue(out var piece)) piece.Block.Dispose();
        (Waiting, taken) = (0, 0);
        room?.TrySetResult();
    }

    void EndBlock()
    {
        if (block is null) return;
        if (filled > 0) unflushed.Add(new(block, filled));
        else block.Dispose();
        (block, filled) = (null, 0);
    }

    ValueTask<FlushResult> WaitAsync(Task? until, CancellationToken cancellation)
    {
        return until is null ? new(Result()) : Waited();

        async ValueTask<FlushResult> Waited()
        {
            await until.WaitAsync(cancellation).ConfigureAwait(false);
            return Result();
        }

        FlushResult Result() => new(isCanceled: false, isCompleted: IsClosed);
    }
}
