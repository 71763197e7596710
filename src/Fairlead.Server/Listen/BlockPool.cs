using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Fairlead.Server.Listen;

/// <summary>
/// Blocks of one size for what connections read and write. The one that came back last is given out first, while it is
/// in the processor's caches; Kestrel's own pool gives out the one that has rested longest. The runtime's shared pool keeps
/// 32 arrays a core and makes anew what a thousand watches fill at once beyond that. Thread-safe.
/// </summary>
sealed class BlockPool(int blockBytes) : MemoryPool<byte>
{
    const int MostKeptBytes = 16 * 1024 * 1024;

    readonly ConcurrentBag<Block> free = [];
    int kept;

    public override int MaxBufferSize => blockBytes;

    /// <summary>A block, whatever less is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More is asked for than a block holds.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, blockBytes);
        if (!free.TryTake(out var block)) return new Block(this, blockBytes);
        Interlocked.Decrement(ref kept);
        return block;
    }

    protected override void Dispose(bool disposing) { }

    void Return(Block block)
    {
        if (Interlocked.Increment(ref kept) <= MostKeptBytes / blockBytes) free.Add(block);
        else Interlocked.Decrement(ref kept);
    }

    sealed class Block(BlockPool pool, int size) : IMemoryOwner<byte>
    {
        // Where it is it stays, so that a call of the kernel need not hold it.
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(size, pinned: true), 0, size);

        public void Dispose() => pool.Return(this);
    }
}
