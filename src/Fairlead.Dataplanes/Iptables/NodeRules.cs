using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>How a packet to a node port is told by its destination.</summary>
/// <param name="Destination">See <see cref="RuleText.Destination"/>.</param>
/// <param name="Match">See <see cref="RuleText.Match"/>.</param>
public readonly record struct NodePortMatch(string? Destination, string? Match);

/// <summary>What of a node bears on the rules of every Service, in one family. Compares by value.</summary>
/// <param name="PodRanges">In the form of -s.</param>
/// <param name="NodePorts">A packet is one to a node port if any of these matches.</param>
/// <param name="Localhost">Whether node ports answer the node itself on 127.0.0.0/8.</param>
public sealed record NodeRules(IptablesFamily Family, ImmutableArray<string> PodRanges, ImmutableArray<NodePortMatch> NodePorts, bool Localhost)
{
    public const string LocalDestination = "-m addrtype --dst-type LOCAL", LocalSource = "-m addrtype --src-type LOCAL";

    public static NodeRules Of(NodeTable table, IptablesFamily family)
    {
        var ranges = table.PodRanges.Where(r => r.First.IsIPv6 == family.IsIPv6).OrderBy(r => r.First).ThenBy(r => r.Prefix);
        var localhost = table.LocalhostNodePorts && !family.IsIPv6;
        return new(family, [.. ranges.Select(r => r.ToString())], NodePortMatches(table, family, localhost), localhost);
    }

    static ImmutableArray<NodePortMatch> NodePortMatches(NodeTable table, IptablesFamily family, bool localhost)
    {
        var all = table.NodeAddresses.Where(a => a.IsIPv6 == family.IsIPv6);
        // The kernel knows the node's addresses better than we do, and a new one then changes no rule.
        if (all.All(table.NodePortAddresses.Contains)) return [new(localhost ? null : $"! -d {family.Loopback}", LocalDestination)];
        var some = table.NodePortAddresses.Where(a => a.IsIPv6 == family.IsIPv6).Order().Select(a => new NodePortMatch($"-d {a}/{family.AllBits}", null));
        return localhost ? [.. some, new($"-d {family.Loopback}", null)] : [.. some];
    }

    public bool Equals(NodeRules? other) => other is not null && Family == other.Family && Localhost == other.Localhost
        && PodRanges.AsSpan().SequenceEqual(other.PodRanges.AsSpan()) && NodePorts.AsSpan().SequenceEqual(other.NodePorts.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Family, PodRanges.Length, NodePorts.Length, Localhost);
}
