namespace Fairlead.Api.ManagedFields;

/// <summary>
/// Field sets that were read lately, by their JSON: one manager owns the same fields of thousands of objects, and each
/// write reads the owners of what it changes. A table with a place for each hash, in which a set takes the place of
/// another: bounded (<see cref="Places"/> of <see cref="LongestBytes"/>), without a lock.
/// </summary>
static class KnownFieldSets
{
    const int Places = 1024, LongestBytes = 4096;

    sealed record Known(byte[] Json, FieldSet Set);

    static readonly Known?[] Table = new Known?[Places];

    /// <summary>The set that was read from the JSON before; null if it has to be read.</summary>
    public static FieldSet? Find(ReadOnlySpan<byte> json) =>
        json.Length <= LongestBytes && Volatile.Read(ref Place(json)) is { } known && json.SequenceEqual(known.Json) ? known.Set : null;

    public static void Keep(ReadOnlySpan<byte> json, FieldSet set)
    {
        if (json.Length <= LongestBytes) Volatile.Write(ref Place(json), new(json.ToArray(), set));
    }

    static ref Known? Place(ReadOnlySpan<byte> json)
    {
        var hash = new HashCode();
        hash.AddBytes(json);
        return ref Table[hash.ToHashCode() & (Places - 1)];
    }
}
