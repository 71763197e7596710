using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Services;

/// <summary>One frontend that differs: Old null for a new one, New null for one that went.</summary>
public readonly record struct FrontendChange(Frontend? Old, Frontend? New)
{
    public FrontendKey Key => (New ?? Old!).Key;
}

/// <summary>What must change to get from one table to another of the same node.</summary>
/// <remarks>Health checks are no rules: whoever answers them reads the table.</remarks>
public sealed record TableDelta(
    ImmutableArray<FrontendChange> Frontends, ImmutableArray<Address> HairpinAdded, ImmutableArray<Address> HairpinRemoved)
{
    public static readonly TableDelta Empty = new([], [], []);

    /// <summary>
    /// The Pod ranges or the addresses of node ports differ: rare, and so far-reaching that the whole table is to be brought
    /// to the kernel.
    /// </summary>
    public bool NodeChanged { get; init; }

    public bool IsEmpty => !NodeChanged && Frontends.IsEmpty && HairpinAdded.IsEmpty && HairpinRemoved.IsEmpty;

    /// <summary>The difference of two whole tables; walks both.</summary>
    public static TableDelta Between(NodeTable old, NodeTable now)
    {
        var changes = ImmutableArray.CreateBuilder<FrontendChange>();
        foreach (var (key, was) in old.Frontends)
        {
            var next = now.Frontends.GetValueOrDefault(key);
            if (!was.Equals(next)) changes.Add(new(was, next));
        }
        foreach (var (key, next) in now.Frontends)
        {
            if (!old.Frontends.ContainsKey(key)) changes.Add(new(null, next));
        }
        return new(changes.ToImmutable(), [.. now.Hairpin.Except(old.Hairpin)], [.. old.Hairpin.Except(now.Hairpin)]) { NodeChanged = ChangesNode(old, now) };
    }

    internal static bool ChangesNode(NodeTable old, NodeTable now) =>
        old.LocalhostNodePorts != now.LocalhostNodePorts || !old.NodePortAddresses.SetEquals(now.NodePortAddresses)
        || !old.PodRanges.AsSpan().SequenceEqual(now.PodRanges.AsSpan());
}
