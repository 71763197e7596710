using Fairlead.Store.Caching;

namespace Fairlead.Store.Embedded;

/// <summary>How an <see cref="EmbeddedStore"/> is kept.</summary>
/// <param name="Path">The database file; its folder is made (mode 0700) if it is not there.</param>
public sealed record EmbeddedStoreOptions(string Path) : WindowOptions
{
    /// <summary>So many writes may wait for the disk; further callers wait for room.</summary>
    public int WriteQueue { get; init; } = 4096;

    /// <summary>So many writes at most share one commit.</summary>
    public int CommitSize { get; init; } = 512;

    /// <summary>The file may grow to so many pages of 4 KiB; 0 for as many as the disk holds.</summary>
    public int MostPages { get; init; }
}
