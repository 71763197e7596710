using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>What the listeners of one data plane share. The table is replaced whole; readers see one or the other.</summary>
sealed class ProxyState(NodeSockets sockets)
{
    /// <summary>Connections and UDP associations beyond so many are turned away: closed, or not answered.</summary>
    public const int MostOpen = 20000;

    int open;

    public NodeSockets Sockets => sockets;

    /// <summary>The node's own table, with the endpoints.</summary>
    public NodeTable Table { get; set; } = NodeTable.Empty;

    /// <summary>How many connections are being relayed.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Takes a place among the open ones; false if there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref open) <= MostOpen) return true;
        Interlocked.Decrement(ref open);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref open);
}
