using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Json;

/// <summary>
/// A value of JSON (RFC 8259); null stands for JSON's null. Named and used as System.Text.Json.Nodes has it, but for two
/// things: a node does not know where it stands, so that values, which never change, may stand in many trees; and a tree is
/// half as large and a copy a quarter, as a server reads a tree for every write.
/// </summary>
[JsonConverter(typeof(JsonNodeConverter))]
public abstract class JsonNode
{
    private protected JsonNode() { }

    static readonly JsonWriterOptions Compact = new() { SkipValidation = true };
    static readonly JsonWriterOptions Indented = new() { SkipValidation = true, Indented = true };

    public abstract JsonValueKind GetValueKind();

    /// <summary>Writes the value as it is; numbers as they were written.</summary>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>A tree that shares nothing that can change with this one.</summary>
    public abstract JsonNode DeepClone();

    /// <summary>A field of an object; null if it has none of the name.</summary>
    /// <exception cref="InvalidOperationException">The node is no object.</exception>
    public JsonNode? this[string name]
    {
        get => AsObject().Find(name);
        set => AsObject().Set(name, value);
    }

    /// <summary>An element of an array.</summary>
    /// <exception cref="InvalidOperationException">The node is no array.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public JsonNode? this[int index]
    {
        get => AsArray().At(index);
        set => AsArray().Put(index, value);
    }

    /// <exception cref="InvalidOperationException">The node is no object.</exception>
    public JsonObject AsObject() => this as JsonObject ?? throw Unexpected("an object");

    /// <exception cref="InvalidOperationException">The node is no array.</exception>
    public JsonArray AsArray() => this as JsonArray ?? throw Unexpected("an array");

    /// <exception cref="InvalidOperationException">The node is an object or an array.</exception>
    public JsonValue AsValue() => this as JsonValue ?? throw Unexpected("a string, number, true or false");

    /// <summary>The value in a type of <see cref="JsonValue.TryGetValue"/>.</summary>
    /// <exception cref="InvalidOperationException">It is of another kind, or does not fit.</exception>
    public T GetValue<T>() => this is JsonValue value && value.TryGetValue(out T? found) ? found : throw Unexpected(typeof(T).Name);

    /// <summary>True if both have the same fields in whatever order, the same elements in the same order, and equal values; numbers are compared as numbers.</summary>
    public static bool DeepEquals(JsonNode? a, JsonNode? b) => ReferenceEquals(a, b) || (a is not null && b is not null && a.SameAs(b));

    private protected abstract bool SameAs(JsonNode other);

    /// <summary>Reads one value that fills the whole text.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonNode? Parse([StringSyntax(StringSyntaxAttribute.Json)] string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(Encoding.UTF8.GetBytes(text));
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        try { return JsonTree.Parse(utf8); }
        catch (MalformedInputException e) { throw new JsonException(e.Message, e); }
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static async Task<JsonNode?> ParseAsync(Stream utf8, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(utf8);
        using var text = new MemoryStream();
        await utf8.CopyToAsync(text, cancellation).ConfigureAwait(false);
        return Parse(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    /// <summary>Compact text, escaped so that it may stand in HTML; with other options as they say.</summary>
    public string ToJsonString(JsonSerializerOptions? options = null) => Text(options is null
        ? Compact
        : new() { SkipValidation = true, Encoder = options.Encoder, Indented = options.WriteIndented, IndentSize = options.IndentSize, IndentCharacter = options.IndentCharacter });

    /// <summary>A string without quotes; anything else as indented JSON.</summary>
    public override string ToString() => Text(Indented);

    string Text(JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, options)) WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private protected static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        if (node is null) writer.WriteNullValue();
        else node.WriteTo(writer);
    }

    InvalidOperationException Unexpected(string wanted)
    {
        var text = ToJsonString();
        return new($"{wanted} is expected where there is {Words(GetValueKind())}: {(text.Length <= MostShown ? text : text[..MostShown] + "...")}");
    }

    const int MostShown = 100;

    static string Words(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "true or false",
    };

    [return: NotNullIfNotNull(nameof(value))] public static implicit operator JsonNode?(string? value) => JsonValue.Create(value);
    public static implicit operator JsonNode(bool value) => JsonValue.Create(value);
    public static implicit operator JsonNode(int value) => JsonValue.Create(value);
    public static implicit operator JsonNode(long value) => JsonValue.Create(value);
    public static implicit operator JsonNode(double value) => JsonValue.Create(value);
    [return: NotNullIfNotNull(nameof(value))] public static implicit operator JsonNode?(bool? value) => value is { } v ? JsonValue.Create(v) : null;
    [return: NotNullIfNotNull(nameof(value))] public static implicit operator JsonNode?(int? value) => value is { } v ? JsonValue.Create(v) : null;
    [return: NotNullIfNotNull(nameof(value))] public static implicit operator JsonNode?(long? value) => value is { } v ? JsonValue.Create(v) : null;

    [return: NotNullIfNotNull(nameof(node))] public static explicit operator string?(JsonNode? node) => node?.GetValue<string>();
    public static explicit operator bool(JsonNode node) => node.GetValue<bool>();
    public static explicit operator int(JsonNode node) => node.GetValue<int>();
    public static explicit operator long(JsonNode node) => node.GetValue<long>();
    public static explicit operator double(JsonNode node) => node.GetValue<double>();
    public static explicit operator bool?(JsonNode? node) => node?.GetValue<bool>();
    public static explicit operator int?(JsonNode? node) => node?.GetValue<int>();
    public static explicit operator long?(JsonNode? node) => node?.GetValue<long>();
}
