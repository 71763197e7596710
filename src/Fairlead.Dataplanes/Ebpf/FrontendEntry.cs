using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>A frontend as the maps hold it, but for the numbers that are given when it is put there. Compares by value.</summary>
/// <param name="Backends">The list; the paths name ranges of it.</param>
/// <param name="MaglevSlots">Size of the table over the backends for outside traffic; 0: it has none.</param>
sealed record FrontendEntry(
    EbpfLayout.FrontendKey Key, uint AffinitySeconds, EbpfLayout.Path Pods, EbpfLayout.Path Node, EbpfLayout.Path Outside,
    ImmutableArray<EbpfLayout.Endpoint> Backends, int MaglevSlots)
{
    /// <summary>Renders a frontend.</summary>
    public static FrontendEntry Of(Frontend frontend, EbpfOptions options) => new(
        EbpfLayout.FrontendKey.Of(frontend.Key),
        (uint)(frontend.Affinity?.TotalSeconds ?? 0),
        PathOf(frontend.Pods), PathOf(frontend.Node), PathOf(frontend.Outside),
        [.. frontend.Backends.Select(b => EbpfLayout.Endpoint.Of(b.Address, b.Port))],
        frontend.Kind != FrontendKind.ClusterIP && frontend.Outside.Count > 1 ? options.MaglevSlots ?? 0 : 0);

    /// <summary>
    /// Whether the programs serve the frontend. Those of SCTP, those that not everybody may reach, and those that refuse or drop
    /// somebody are left to the rules that see packets.
    /// </summary>
    public static bool Holds(Frontend frontend) => frontend.Key.Protocol != TransportProtocol.Sctp && frontend.SourceRanges.IsEmpty
        && frontend is { Pods.Count: > 0, Node.Count: > 0, Outside.Count: > 0 };

    /// <summary>The order of ranges in the maps.</summary>
    public static ImmutableArray<EbpfLayout.Range> Sorted(IEnumerable<EbpfLayout.Range> ranges) =>
        [.. ranges.OrderBy(r => r.Ip.ToAddress()).ThenBy(r => r.Bits)];

    static EbpfLayout.Path PathOf(TrafficPath path) => new((uint)path.First, (uint)path.Count,
        path.Masquerade ? EbpfLayout.Masquerade : 0);

    /// <summary>The value in the map.</summary>
    public EbpfLayout.Frontend ToValue(uint id, uint list) => new(id, list, AffinitySeconds, 0, Pods, Node, Outside);

    /// <summary>Whether another one can keep this one's list, and the table over it.</summary>
    public bool HasListOf(FrontendEntry other) => Backends.AsSpan().SequenceEqual(other.Backends.AsSpan())
        && MaglevSlots == other.MaglevSlots && (MaglevSlots == 0 || Outside == other.Outside);

    /// <summary>Of a Maglev table: which backend each slot leads to.</summary>
    public ushort[] Slots() => MaglevTable.Build(Backends.AsSpan((int)Outside.First, (int)Outside.Count), MaglevSlots, (int)Outside.First);

    public bool Equals(FrontendEntry? other) => other is not null
        && Key == other.Key && AffinitySeconds == other.AffinitySeconds
        && Pods == other.Pods && Node == other.Node && Outside == other.Outside
        && HasListOf(other);

    public override int GetHashCode() => HashCode.Combine(Key, Backends.Length);

    /// <summary>To be read.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"frontend {Key.ToFrontendKey()}{(Key.IsNodePort == 1 && Key.ToFrontendKey().Address.IsIPv6 ? " ipv6" : "")}\n");
        text.Append($"  pods {Text(Pods)}, node {Text(Node)}, outside {Text(Outside)}\n");
        if (AffinitySeconds > 0) text.Append(CultureInfo.InvariantCulture, $"  affinity {AffinitySeconds} s\n");
        if (MaglevSlots > 0) text.Append(CultureInfo.InvariantCulture, $"  maglev {MaglevSlots}\n");
        for (var i = 0; i < Backends.Length; i++) text.Append(CultureInfo.InvariantCulture, $"  {i} {Backends[i]}\n");
        return text.ToString();
    }

    /// <summary>A range as an AddressRange writes it.</summary>
    public static string Text(EbpfLayout.Range range) =>
        range.Ip.ToAddress() is { IsIPv6: false } ipv4 ? $"{ipv4}/{range.Bits - 96}" : $"{range.Ip.ToAddress()}/{range.Bits}";

    static string Text(EbpfLayout.Path path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path.Count} from {path.First}{((path.Flags & EbpfLayout.Masquerade) != 0 ? " masquerade" : "")}");
}
