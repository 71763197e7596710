using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>
/// Chooses the endpoints of one frontend in turn, and remembers which one a client was given. Safe from any thread.
/// </summary>
sealed class EndpointPicker(TimeProvider time)
{
    // Clients beyond so many are looked through for those whose time is over.
    const int MostClients = 65536;

    readonly record struct Remembered(Backend Backend, long Until);

    readonly Lock gate = new();
    readonly Dictionary<Address, Remembered> clients = [];
    int turn;

    /// <summary>The endpoints that a client's new connection may go to, the one to try first at the head; empty: none.</summary>
    public Backend[] Order(NodeTable table, Frontend frontend, Address client)
    {
        var allowed = table.BackendsFor(frontend, client).Span;
        if (allowed.IsEmpty) return [];
        lock (gate)
        {
            var first = Known(allowed, frontend, client) ?? (int)((uint)turn++ % (uint)allowed.Length);
            var order = new Backend[allowed.Length];
            for (var i = 0; i < order.Length; i++) order[i] = allowed[(first + i) % order.Length];
            // At once: another connection of the client may be on its way.
            Remember(frontend, client, order[0]);
            return order;
        }
    }

    /// <summary>The client was given this endpoint after another had failed: it returns to it.</summary>
    public void Given(Frontend frontend, Address client, Backend backend)
    {
        lock (gate) Remember(frontend, client, backend);
    }

    void Remember(Frontend frontend, Address client, Backend backend)
    {
        if (frontend.Affinity is not { } timeout) return;
        if (clients.Count >= MostClients) Forget();
        clients[client] = new(backend, time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency));
    }

    int? Known(ReadOnlySpan<Backend> allowed, Frontend frontend, Address client)
    {
        if (frontend.Affinity is null || !clients.TryGetValue(client, out var known)) return null;
        if (known.Until >= time.GetTimestamp())
        {
            for (var i = 0; i < allowed.Length; i++)
            {
                if (allowed[i].Address == known.Backend.Address && allowed[i].Port == known.Backend.Port) return i;
            }
        }
        clients.Remove(client);
        return null;
    }

    void Forget()
    {
        var now = time.GetTimestamp();
        foreach (var over in clients.Where(c => c.Value.Until < now).Select(c => c.Key).ToList()) clients.Remove(over);
        if (clients.Count >= MostClients) clients.Clear();
    }
}
