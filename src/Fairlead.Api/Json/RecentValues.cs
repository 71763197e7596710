using System.Diagnostics.CodeAnalysis;

namespace Fairlead.Api.Json;

/// <summary>
/// What was made of texts that come again and again, by their UTF-8. A table with a place for each hash, in which a text
/// takes the place of another: bounded, without a lock, and at worst of no use. Values are shared, so they are immutable.
/// </summary>
/// <param name="places">How many texts are known at once; a power of two.</param>
/// <param name="longestBytes">Longer texts are not kept.</param>
sealed class RecentValues<T>(int places, int longestBytes) where T : class
{
    sealed record Known(byte[] Utf8, T Value);

    readonly Known?[] table = new Known?[places];

    public bool TryGet(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out T? value)
    {
        value = utf8.Length <= longestBytes && Volatile.Read(ref Place(utf8)) is { } known && utf8.SequenceEqual(known.Utf8) ? known.Value : null;
        return value is not null;
    }

    public void Keep(ReadOnlySpan<byte> utf8, T value)
    {
        if (utf8.Length <= longestBytes) Volatile.Write(ref Place(utf8), new(utf8.ToArray(), value));
    }

    ref Known? Place(ReadOnlySpan<byte> utf8)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8);
        return ref table[hash.ToHashCode() & (places - 1)];
    }
}
