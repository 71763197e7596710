using System.Net;
using System.Net.Sockets;

namespace Fairlead.Dataplanes.Health;

/// <summary>Keeps the ports that are listened on to those that are wished. Owned by one loop.</summary>
/// <param name="inNode">Runs work in the network namespace to listen in.</param>
sealed class HttpPorts(AcceptedConnections connections, Action<Action> inNode) : IDisposable
{
    readonly Dictionary<IPEndPoint, HttpPort> open = [];
    readonly Dictionary<IPEndPoint, string> refused = [];

    /// <summary>Closes, opens and hands over what differs. One port that can't be opened keeps no other from it.</summary>
    /// <returns>Whether all are open; those that are not are tried again at the next call.</returns>
    public bool Follow(IReadOnlyDictionary<IPEndPoint, HttpSite> wished)
    {
        // An address may be asked for that a wildcard of before holds: what goes, goes first.
        foreach (var (at, port) in open.Where(o => !wished.ContainsKey(o.Key)).ToList())
        {
            port.Dispose();
            open.Remove(at);
        }
        foreach (var at in refused.Keys.Where(at => !wished.ContainsKey(at)).ToList()) refused.Remove(at);
        foreach (var (at, site) in wished)
        {
            if (open.TryGetValue(at, out var port)) port.Use(site);
            else TryOpen(at, site);
        }
        return refused.Count == 0;
    }

    void TryOpen(IPEndPoint at, HttpSite site)
    {
        try
        {
            inNode(() => open[at] = HttpPort.Open(at, site, connections));
            refused.Remove(at);
        }
        catch (SocketException e)
        {
            if (refused.GetValueOrDefault(at) != e.Message) site.Refused(at, e);
            refused[at] = e.Message;
        }
    }

    public void Dispose()
    {
        foreach (var port in open.Values) port.Dispose();
        open.Clear();
    }
}
