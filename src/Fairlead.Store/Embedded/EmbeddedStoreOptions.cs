namespace Fairlead.Store.Embedded;

/// <summary>How an <see cref="EmbeddedStore"/> is kept.</summary>
/// <param name="Path">The database file; its folder is made (mode 0700) if it is not there.</param>
public sealed record EmbeddedStoreOptions(string Path)
{
    /// <summary>At most so many events are kept for watches and for ranges at older revisions.</summary>
    public int HistoryEvents { get; init; } = 100_000;

    /// <summary>At most so many bytes of values are kept in the history.</summary>
    public long HistoryBytes { get; init; } = 64L << 20;

    /// <summary>Events older than this are forgotten.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A watcher that is more events than this behind is given up.</summary>
    public int WatcherLag { get; init; } = 20_000;

    /// <summary>So many writes may wait for the disk; further callers wait for room.</summary>
    public int WriteQueue { get; init; } = 4096;

    /// <summary>So many writes at most share one commit.</summary>
    public int CommitSize { get; init; } = 512;

    /// <summary>The file may grow to so many pages of 4 KiB; 0 for as many as the disk holds.</summary>
    public int MostPages { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
