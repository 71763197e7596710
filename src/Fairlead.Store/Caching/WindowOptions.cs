using Fairlead.Store.Encryption;

namespace Fairlead.Store.Caching;

/// <summary>What all stores that are served from memory have in common: how much history they keep, how long they wait for slow readers.</summary>
public abstract record WindowOptions
{
    /// <summary>At most so many events are kept for watches and for ranges at older revisions.</summary>
    public int HistoryEvents { get; init; } = 100_000;

    /// <summary>At most so many bytes of values are kept in the history.</summary>
    public long HistoryBytes { get; init; } = 64L << 20;

    /// <summary>Events older than this are forgotten.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A watcher that is more events than this behind is given up.</summary>
    public int WatcherLag { get; init; } = 20_000;

    /// <summary>How values stand on the disk or in etcd.</summary>
    public ValueEncryption Encryption { get; init; } = ValueEncryption.None;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
