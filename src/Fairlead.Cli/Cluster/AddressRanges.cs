using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Cli.Cluster;

/// <summary>A range of addresses of each family that the cluster has: IPv4 always, IPv6 beside it where there are both.</summary>
/// <remarks>Written as Kubernetes' flags have it: 10.244.0.0/16,fd00:10:244::/56.</remarks>
public sealed record AddressRanges(IPNetwork IPv4, IPNetwork? IPv6 = null)
{
    /// <summary>The ranges that there are, IPv4 first.</summary>
    public IEnumerable<IPNetwork> All => IPv6 is { } second ? [IPv4, second] : [IPv4];

    /// <summary>Reads one IPv4 range, and perhaps an IPv6 range behind a comma; false for anything else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AddressRanges? ranges)
    {
        ranges = null;
        var parts = text.Split(',');
        if (parts.Length > 2 || !IPNetwork.TryParse(parts[0], out var first) || first.BaseAddress.AddressFamily != AddressFamily.InterNetwork) return false;
        if (parts.Length == 1) ranges = new(first);
        else if (IPNetwork.TryParse(parts[1], out var second) && second.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6) ranges = new(first, second);
        return ranges is not null;
    }

    /// <exception cref="FormatException">Not such ranges.</exception>
    public static AddressRanges Parse(string text) =>
        TryParse(text, out var ranges) ? ranges : throw new FormatException($"\"{text}\" is no IPv4 range, nor one with an IPv6 range behind a comma.");

    public override string ToString() => string.Join(',', All);
}
