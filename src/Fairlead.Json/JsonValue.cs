using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fairlead.Json;

/// <summary>A string, a number, true or false. Never changes.</summary>
public abstract class JsonValue : JsonNode
{
    private protected JsonValue() { }

    // Most numbers of an API object are small.
    static readonly Number[] Small = [.. Enumerable.Range(0, 1024).Select(n => new Number(n.ToString(CultureInfo.InvariantCulture)))];

    [return: NotNullIfNotNull(nameof(value))]
    public static JsonValue? Create(string? value) => value switch { null => null, "" => Text.Empty, _ => new Text(value) };

    public static JsonValue Create(bool value) => value ? Boolean.True : Boolean.False;

    public static JsonValue Create(int value) => Create((long)value);

    public static JsonValue Create(long value) =>
        (ulong)value < (ulong)Small.Length ? Small[value] : new Number(value.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="ArgumentException">Infinite or no number: JSON has no word for it.</exception>
    public static JsonValue Create(double value) => double.IsFinite(value)
        ? new Number(value.ToString("R", CultureInfo.InvariantCulture))
        : throw new ArgumentException("JSON has no number for " + value.ToString(CultureInfo.InvariantCulture), nameof(value));

    /// <summary>A number in the words of JSON, which it keeps.</summary>
    internal static JsonValue OfNumber(ReadOnlySpan<byte> words)
    {
        if (words is [>= (byte)'1' and <= (byte)'9', ..] and { Length: < 4 } || words is [(byte)'0'])
        {
            var n = 0;
            foreach (var digit in words)
            {
                if (!char.IsAsciiDigit((char)digit)) return new Number(Encoding.ASCII.GetString(words));
                n = n * 10 + digit - '0';
            }
            return Small[n];
        }
        return new Number(Encoding.ASCII.GetString(words));
    }

    /// <summary>A string, a bool, or a number as int, long or double, of which a double alone may be rounded.</summary>
    /// <returns>False if the value is of another kind or does not fit.</returns>
    public abstract bool TryGetValue<T>([NotNullWhen(true)] out T? value);

    public override JsonNode DeepClone() => this;

    sealed class Text(string text) : JsonValue
    {
        public static readonly Text Empty = new("");

        public override JsonValueKind GetValueKind() => JsonValueKind.String;
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteStringValue(text);
        public override string ToString() => text;
        private protected override bool SameAs(JsonNode other) => other is Text t && t.ToString() == text;

        public override bool TryGetValue<T>([NotNullWhen(true)] out T? value) where T : default
        {
            if (typeof(T) == typeof(string))
            {
                value = (T)(object)text;
                return true;
            }
            value = default;
            return false;
        }
    }

    sealed class Boolean(bool flag) : JsonValue
    {
        public static readonly Boolean True = new(true), False = new(false);

        public override JsonValueKind GetValueKind() => flag ? JsonValueKind.True : JsonValueKind.False;
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteBooleanValue(flag);
        public override string ToString() => flag ? "true" : "false";
        private protected override bool SameAs(JsonNode other) => false; // there is one of each

        public override bool TryGetValue<T>([NotNullWhen(true)] out T? value) where T : default
        {
            if (typeof(T) == typeof(bool))
            {
                value = (T)(object)flag;
                return true;
            }
            value = default;
            return false;
        }
    }

    sealed class Number(string words) : JsonValue
    {
        public override JsonValueKind GetValueKind() => JsonValueKind.Number;
        public override string ToString() => words;

        public override void WriteTo(Utf8JsonWriter writer)
        {
            // What is written raw is not indented.
            if (writer.Options.Indented) JsonElement.Parse(words).WriteTo(writer);
            else writer.WriteRawValue(words, skipInputValidation: true);
        }

        // 1.0 and 1e0 are 1.
        private protected override bool SameAs(JsonNode other) => other is Number n
            && (n.ToString() == words || JsonElement.DeepEquals(JsonElement.Parse(n.ToString()), JsonElement.Parse(words)));

        public override bool TryGetValue<T>([NotNullWhen(true)] out T? value) where T : default
        {
            object? found =
                typeof(T) == typeof(long) ? (long.TryParse(words, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l) ? l : null)
                : typeof(T) == typeof(int) ? (int.TryParse(words, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i) ? i : null)
                : typeof(T) == typeof(double) ? double.Parse(words, NumberStyles.Float, CultureInfo.InvariantCulture)
                : null;
            value = found is null ? default : (T)found;
            return found is not null;
        }
    }
}
