using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>What a node must remember of its clients by session affinity.</summary>
sealed class Remembered
{
    sealed record Memory(Frontend Frontend, string Backend);

    readonly Dictionary<Packet, Memory> clients = [];

    /// <summary>The backend that a packet's client must be given again, or null.</summary>
    public string? Of(Packet packet) => clients.GetValueOrDefault(packet)?.Backend;

    public void Note(Packet packet, Frontend frontend, string backend) => clients[packet] = new(frontend, backend);

    public void Clear() => clients.Clear();

    /// <summary>Forgets what a new table gives no right to: the Service, its affinity, or the endpoint is another.</summary>
    public void Keep(NodeTable table)
    {
        foreach (var (packet, memory) in clients.ToList())
        {
            var now = table.Frontends.GetValueOrDefault(memory.Frontend.Key);
            if (now is null || now.Service != memory.Frontend.Service || now.Affinity != memory.Frontend.Affinity || !MayGet(table, packet, memory.Backend)) clients.Remove(packet);
        }
    }

    static bool MayGet(NodeTable table, Packet packet, string backend) =>
        ServiceInterpreter.Walk(table, packet).Outcomes.Any(o => o.Backend?.ToString() == backend);
}
