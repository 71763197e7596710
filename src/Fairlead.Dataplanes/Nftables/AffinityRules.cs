using System.Globalization;
using Fairlead.Linux.Nftables;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>A rule given to the kernel expression by expression; its text is how it reads, not what is loaded.</summary>
public sealed record RawRule(string Text, IReadOnlyList<NftExpression> Expressions);

/// <summary>
/// The two rules that remember clients and find them again. nft up to 1.0.6 reserves too few registers for a key of two IPv6
/// addresses and aborts, so they are made without it, of both families.
/// </summary>
static class AffinityRules
{
    public const string RecallChain = "recall";

    // NFT_CT_SRC_IP and _SRC_IP6; those of the destination follow each. NFT_CT_PROTO_DST.
    const uint SourceIPv4 = 19, SourceIPv6 = 21, DestinationPort = 12;
    const uint NetworkHeader = 1, TransportHeader = 2;

    /// <summary>Sends a client that is remembered for what it sends to back to its endpoint.</summary>
    public static RawRule Recall(NftFamily family)
    {
        var (width, source, data) = Layout(family);
        return new($"dnat {family.Name} to {family.Name} saddr . {family.Name} daddr . meta l4proto . th dport map @{RuleMap.Affinity}",
        [
            NftExpression.Payload(0, NetworkHeader, source, width * 4),
            NftExpression.Payload(width, NetworkHeader, source + width * 4, width * 4),
            NftExpression.TransportProtocol(2 * width),
            NftExpression.Payload(2 * width + 1, TransportHeader, 2, 2),
            NftExpression.Lookup(RuleMap.Affinity, 0, data),
            NftExpression.DestinationNat(family.Number, data, data + width),
        ]);
    }

    /// <summary>Remembers, or remembers anew, the endpoint that a connection was given.</summary>
    public static RawRule Learn(TimeSpan timeout, NftFamily family)
    {
        var (width, source, data) = Layout(family);
        var ip = family.Name;
        var original = family.IsIPv6 ? SourceIPv6 : SourceIPv4;
        var seconds = ((long)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new($"update @{RuleMap.Affinity} {{ ct original {ip} saddr . ct original {ip} daddr . meta l4proto . ct original proto-dst timeout {seconds}s : {ip} daddr . th dport }}",
        [
            NftExpression.Original(0, original),
            NftExpression.Original(width, original + 1),
            NftExpression.TransportProtocol(2 * width),
            NftExpression.Original(2 * width + 1, DestinationPort),
            NftExpression.Payload(data, NetworkHeader, source + width * 4, width * 4),
            NftExpression.Payload(data + width, TransportHeader, 2, 2),
            NftExpression.Update(RuleMap.Affinity, 0, data, timeout),
        ]);
    }

    /// <summary>Registers of an address, its offset in the header, and the first register after the key.</summary>
    static (int Width, int Source, int Data) Layout(NftFamily family) => family.IsIPv6 ? (4, 8, 10) : (1, 12, 4);
}
