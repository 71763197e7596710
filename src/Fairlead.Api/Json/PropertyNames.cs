using System.Text.Json;

namespace Fairlead.Api.Json;

/// <summary>
/// The names of fields as strings that are made once: all objects of a kind have the same ones. A table with a place for
/// each hash, in which a name takes the place of another: bounded, without a lock, and at worst of no use.
/// </summary>
static class PropertyNames
{
    const int Places = 4096, LongestBytes = 64;

    sealed record Name(byte[] Utf8, string Text);

    static readonly Name?[] Table = new Name?[Places];

    /// <summary>The name that the reader stands on.</summary>
    /// <exception cref="InvalidOperationException">It is not valid UTF-8.</exception>
    public static string At(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestBytes) return reader.GetString()!;
        var utf8 = reader.ValueSpan;
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref var place = ref Table[hash.ToHashCode() & (Places - 1)];
        var known = Volatile.Read(ref place);
        if (known is not null && utf8.SequenceEqual(known.Utf8)) return known.Text;
        var text = reader.GetString()!;
        Volatile.Write(ref place, new(utf8.ToArray(), text));
        return text;
    }
}
