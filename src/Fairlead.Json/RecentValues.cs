using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Fairlead.Json;

/// <summary>
/// What was made of texts that come again and again, by their UTF-8. A table with a place for each hash, in which a text
/// takes the place of another: bounded, without a lock, and at worst of no use. Values are shared, so they are immutable.
/// </summary>
/// <param name="places">How many texts are known at once; a power of two.</param>
/// <param name="longestBytes">Longer texts are not kept.</param>
public sealed class RecentValues<T>(int places, int longestBytes) where T : class
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

    // Texts that somebody makes to share a place cost what not knowing them costs.
    static int Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = (ulong)utf8.Length;
        while (utf8.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(utf8)) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 29;
            utf8 = utf8[8..];
        }
        foreach (var b in utf8) hash = (hash ^ b) * 0x100000001B3;
        hash *= 0x9E3779B97F4A7C15;
        return (int)(hash >> 40);
    }

    ref Known? Place(ReadOnlySpan<byte> utf8)
    {
        return ref table[Hash(utf8) & (places - 1)];
    }
}
