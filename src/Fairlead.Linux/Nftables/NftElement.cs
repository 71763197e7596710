namespace Fairlead.Linux.Nftables;

/// <summary>One element of a set or map, as the kernel holds it. Compares by value.</summary>
/// <param name="Set">Name of the set or map.</param>
/// <param name="Key">Each part of a concatenation in its own byte order, padded to four bytes.</param>
/// <param name="Data">Of a data map, laid out like the key; else empty.</param>
/// <param name="Verdict">Of a verdict map: "drop", "accept" or "goto CHAIN"; else null.</param>
public sealed record NftElement(string Set, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Data, string? Verdict)
{
    /// <summary>Where each part of the key is a range: its last value; else empty.</summary>
    public ReadOnlyMemory<byte> KeyEnd { get; init; }

    public bool Equals(NftElement? other) => other is not null
        && Set == other.Set && Verdict == other.Verdict
        && Key.Span.SequenceEqual(other.Key.Span) && KeyEnd.Span.SequenceEqual(other.KeyEnd.Span) && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Set);
        hash.AddBytes(Key.Span);
        return hash.ToHashCode();
    }
}
