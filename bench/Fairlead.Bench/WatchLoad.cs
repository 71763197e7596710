namespace Fairlead.Bench;

/// <summary>Watchers of one collection.</summary>
/// <param name="Share">How many share a connection; 1: HTTP/1.1.</param>
/// <param name="WholeOf">Of so many connections one is read whole: decrypted, and its events looked at.</param>
readonly record struct WatchLoad(int Watchers, int Share, int WholeOf)
{
    public int Connections => Watchers / Share;

    /// <summary>Whether every connection has as many, and the same part of them is read whole.</summary>
    public bool IsEven => Watchers > 0 && Share > 0 && WholeOf > 0 && Watchers % (Share * WholeOf) == 0;
}
