using System.Buffers;
using System.Collections.Concurrent;

namespace Fairlead.Server.Listen;

/// <summary>
/// Blocks of the size of a TLS record for what connections write. The runtime's shared pool keeps 32 arrays a core and makes
/// anew what a thousand watches fill at once beyond that. Thread-safe.
/// </summary>
sealed class RecordPool : MemoryPool<byte>
{
    /// <summary>The largest TLS record (RFC 8446 §5.1).</summary>
    public const int RecordBytes = 16 * 1024;

    // 16 MB.
    const int MostKept = 1024;

    readonly ConcurrentBag<Block> free = [];
    int kept;

    public override int MaxBufferSize => RecordBytes;

    /// <summary>A block, whatever less is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More is asked for than a block holds.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, RecordBytes);
        if (!free.TryTake(out var block)) return new Block(this);
        Interlocked.Decrement(ref kept);
        return block;
    }

    protected override void Dispose(bool disposing) { }

    void Return(Block block)
    {
        if (Interlocked.Increment(ref kept) <= MostKept) free.Add(block);
        else Interlocked.Decrement(ref kept);
    }

    sealed class Block(RecordPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(RecordBytes);

        public void Dispose() => pool.Return(this);
    }
}
