namespace Fairlead.Server.Listen.Frames;

/// <summary>
/// How much a client lets us send (RFC 9113 §5.2), where two share a connection: Kestrel, which keeps count of what it is
/// told here, and us. Both get back what they sent; of what is granted beyond, each gets half. Neither ever has what the
/// client did not grant.
/// </summary>
sealed class SendWindows
{
    /// <summary>What every stream and connection begins with. The connection's is Kestrel's.</summary>
    const int First = 65_535;

    readonly Dictionary<int, long> streams = [];
    int initial = First, newest;
    long kestrelSent, sent;

    /// <summary>What we may have under way on the connection, in bytes, with what is under way.</summary>
    public long Share { get; private set; }

    /// <summary>The client opens a stream, unless it is one that was.</summary>
    public void Open(int stream)
    {
        if (stream <= newest) return;
        newest = stream;
        streams[stream] = 0;
    }

    public bool IsOpen(int stream) => streams.ContainsKey(stream);

    public void Close(int stream) => streams.Remove(stream);

    /// <summary>SETTINGS_INITIAL_WINDOW_SIZE, which holds for streams that are open too (RFC 9113 §6.9.2).</summary>
    public void BeginWith(int bytes) => initial = bytes;

    public void Grant(int stream, int bytes)
    {
        if (streams.TryGetValue(stream, out var extra)) streams[stream] = extra + bytes;
    }

    /// <summary>Granted to the connection; returns how much of it is Kestrel's.</summary>
    public int Grant(int bytes)
    {
        var its = Math.Min(bytes, kestrelSent);
        kestrelSent -= its;
        var ours = Math.Min(bytes - its, sent);
        sent -= ours;
        var half = (bytes - its - ours) / 2;
        Share += half;
        return bytes - (int)ours - (int)half;
    }

    /// <summary>Bytes that we may send on a stream now; 0 if it is closed.</summary>
    public int Room(int stream) => streams.TryGetValue(stream, out var extra) ? (int)Math.Clamp(Math.Min(initial + extra, Share - sent), 0, int.MaxValue) : 0;

    public void Sent(int stream, int bytes)
    {
        sent += bytes;
        streams[stream] -= bytes;
    }

    public void KestrelSent(int bytes) => kestrelSent += bytes;
}
