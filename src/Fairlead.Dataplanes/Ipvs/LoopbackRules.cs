using System.Globalization;
using Fairlead.Dataplanes.Iptables;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>
/// Node ports that the node asks on 127.0.0.0/8. IPVS lets nothing out that has a loopback address for its source, so here
/// alone each endpoint is a rule; they are passed by nothing but such packets.
/// </summary>
static class LoopbackRules
{
    /// <summary>The rules of the chain in table nat; null where node ports do not answer on loopback.</summary>
    public static IReadOnlyList<string>? Render(NodeTable table, IpvsFamily family)
    {
        if (!table.LocalhostNodePorts || family.IsIPv6) return null;
        return [.. table.Frontends.Values.Where(IsConcerned).OrderBy(f => f.Key.Protocol).ThenBy(f => f.Key.Port).SelectMany(Rules)];
    }

    /// <summary>Whether a frontend has rules here.</summary>
    public static bool IsConcerned(Frontend? frontend) => frontend is { Key: { IsNodePort: true, Address.IsIPv6: false }, Node.Count: > 0 };

    static IEnumerable<string> Rules(Frontend frontend)
    {
        var backends = frontend.Backends.AsSpan(frontend.Node.First, frontend.Node.Count).ToArray();
        var protocol = frontend.Key.Protocol.ToString().ToLowerInvariant();
        // The port comes before all else: what the later matches count and remember is of this port alone.
        var port = string.Create(CultureInfo.InvariantCulture, $"-p {protocol} -m {protocol} --dport {frontend.Key.Port}");
        if (frontend.Affinity is { } time)
        {
            foreach (var backend in backends)
                yield return $"{port} -m recent --rcheck --seconds {(long)time.TotalSeconds} --reap {Memory(frontend, backend)} -j DNAT --to-destination {backend}";
        }
        for (var i = 0; i < backends.Length; i++)
        {
            // Each takes its share of what those before it left: 1/n, 1/(n-1), … and the last one all.
            var left = backends.Length - i;
            var share = left == 1 ? "" : $" -m statistic --mode random --probability {PortChains.Probability(left)}";
            var remember = frontend.Affinity is null ? "" : $" -m recent --set {Memory(frontend, backends[i])}";
            yield return $"{port}{share}{remember} -j DNAT --to-destination {backends[i]}";
        }
    }

    static string Memory(Frontend frontend, Backend backend) =>
        $"--name {HelperRules.Prefix}{frontend.Key.Protocol}-{frontend.Key.Port}-{backend.Address}-{backend.Port} --mask {IptablesFamily.IPv4.AllMask} --rsource";
}
