using System.Globalization;
using Fairlead.Client.Metrics;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes.Metrics;

/// <summary>
/// How many connections were made to each frontend, where the mode's rules count them. Reads the kernel by sockets of its
/// own, beside the applying loop. Safe from any thread.
/// </summary>
/// <param name="inNode">Runs work in the node's network namespace.</param>
sealed class ConnectionCounts(Action<Action> inNode) : IDisposable
{
    readonly Lock gate = new();
    NftablesDataplane? reader;

    public void Write(MetricText text, ServedStep served)
    {
        // The counters are those of the map elements.
        if (served.Mode != ProxyMode.Nftables) return;
        text.Family("fairlead_service_connections_total", "counter", "Connections made to each address and port of a Service; a node port's address is \"node\".");
        lock (gate)
        {
            try
            {
                if (reader is null) inNode(() => reader = new());
                Write(text, served, reader!);
            }
            catch (Exception e) when (e is LinuxException or NftablesException)
            {
                // The table is not there, or changes right now: the next scrape finds it.
            }
        }
    }

    static void Write(MetricText text, ServedStep served, NftablesDataplane reader)
    {
        foreach (var (key, count) in reader.Connections())
        {
            if (!served.Table.Frontends.TryGetValue(key, out var frontend)) continue;
            text.Sample(count, ("namespace", frontend.Service.Namespace), ("service", frontend.Service.Name), ("port_name", frontend.PortName),
                ("protocol", key.Protocol.ToString().ToUpperInvariant()), ("address", key.IsNodePort ? "node" : key.Address.ToString()),
                ("ip_family", key.Address.IsIPv6 ? "IPv6" : "IPv4"), ("port", key.Port.ToString(CultureInfo.InvariantCulture)));
        }
    }

    public void Dispose()
    {
        lock (gate) reader?.Dispose();
    }
}
