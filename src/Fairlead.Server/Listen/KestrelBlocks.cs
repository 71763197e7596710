using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Fairlead.Server.Listen;

/// <summary>One pool for all that Kestrel reads and writes.</summary>
sealed class KestrelBlocks : IMemoryPoolFactory<byte>
{
    /// <summary>What Kestrel takes for granted.</summary>
    const int BlockBytes = 4096;

    static readonly BlockPool Pool = new(BlockBytes);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => Pool;
}
