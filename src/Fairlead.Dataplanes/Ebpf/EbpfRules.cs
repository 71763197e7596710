using System.Collections.Immutable;
using System.Text;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>A node's table, rendered as what the maps hold: nothing is decided here that the table does not say.</summary>
/// <param name="Frontends">In a fixed order.</param>
/// <param name="Node">What is not of a frontend.</param>
sealed record EbpfRules(IReadOnlyList<FrontendEntry> Frontends, NodeEntries Node)
{
    public static EbpfRules Render(NodeTable table, EbpfOptions options) => new(
        [.. table.Frontends.Values.Where(FrontendEntry.Holds).OrderBy(f => f.Key.Address).ThenBy(f => f.Key.Protocol).ThenBy(f => f.Key.Port).Select(f => FrontendEntry.Of(f, options))],
        NodeEntries.Of(table));

    /// <summary>To be read.</summary>
    public string ToText() => Node.ToText() + string.Concat(Frontends.Select(f => f.ToText()));
}

/// <summary>What the maps hold of the node itself.</summary>
/// <param name="Addresses">The node's, with what each is for.</param>
/// <param name="PodRanges">Senders in them are Pods.</param>
/// <param name="Flags">EbpfLayout.LocalhostNodePorts.</param>
sealed record NodeEntries(ImmutableSortedDictionary<Address, uint> Addresses, ImmutableArray<EbpfLayout.Range> PodRanges, uint Flags)
{
    public static NodeEntries Of(NodeTable table)
    {
        var addresses = ImmutableSortedDictionary.CreateBuilder<Address, uint>();
        foreach (var address in table.NodeAddresses) addresses[address] = EbpfLayout.IsNodesOwn;
        foreach (var address in table.NodePortAddresses) addresses[address] = addresses.GetValueOrDefault(address) | EbpfLayout.AnswersNodePorts;
        return new(addresses.ToImmutable(), FrontendEntry.Sorted(table.PodRanges.Select(EbpfLayout.Range.Of)), table.LocalhostNodePorts ? EbpfLayout.LocalhostNodePorts : 0);
    }

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var range in PodRanges) text.Append($"pods {FrontendEntry.Text(range)}\n");
        foreach (var (address, use) in Addresses) text.Append($"address {address}{((use & EbpfLayout.AnswersNodePorts) != 0 ? " answers node ports" : "")}\n");
        if ((Flags & EbpfLayout.LocalhostNodePorts) != 0) text.Append("node ports answer on 127.0.0.0/8\n");
        return text.ToString();
    }
}
