using System.Collections.Immutable;
using Fairlead.Network.Services;

namespace Fairlead.Network.Names;

/// <summary>
/// What a name that exists holds. Without records it exists because a longer name does (RFC 8020), or for its
/// namespace's sake: whatever type is asked for, the answer is empty, not NXDOMAIN.
/// </summary>
/// <param name="Records">In order of their owners.</param>
/// <param name="Claims">How many owners hold the name in existence.</param>
public sealed record NameEntry(ImmutableArray<NameRecord> Records, int Claims)
{
    /// <summary>A name that nobody claims.</summary>
    internal static readonly NameEntry None = new([], 0);

    public bool Equals(NameEntry? other) =>
        other is not null && Claims == other.Claims && Records.SequenceEqual(other.Records);

    public override int GetHashCode() => HashCode.Combine(Claims, Records.Length);

    internal NameEntry With(ServiceKey owner, ImmutableArray<NameRecord> records)
    {
        var before = 0;
        while (before < Records.Length && Records[before].Owner.CompareTo(owner) < 0) before++;
        return new(Records.InsertRange(before, records), Claims + 1);
    }

    internal NameEntry Without(ServiceKey owner) => new(Records.RemoveAll(r => r.Owner == owner), Claims - 1);
}
