using System.Text.Json;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client.Caching;

namespace Fairlead.Client;

/// <summary>Reads a list of a kind from what the server sent.</summary>
static class ListReader
{
    /// <summary>Items carry no apiVersion and kind of their own on some servers, so they are stamped.</summary>
    public static KubeList<T> Read<T>(ReadOnlyMemory<byte> json) where T : KubeObject
    {
        var items = new List<T>();
        ReadItems(json, Decode<T>, item => items.Add(KindOf<T>.Stamp(item)));
        return new(items, ReadMetadata(json));
    }

    /// <summary>The list's own metadata, which servers write before the items.</summary>
    public static ListMeta ReadMetadata(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        return Find(ref reader, "metadata"u8) ? JsonSerializer.Deserialize(ref reader, ApiJson.Info<ListMeta>())! : new();
    }

    /// <summary>Decodes one item after the other.</summary>
    public static void ReadItems<T>(ReadOnlyMemory<byte> json, ItemReader<T> read, Action<T> each) where T : KubeObject
    {
        var reader = new Utf8JsonReader(json.Span);
        if (!Find(ref reader, "items"u8)) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) each(read(ref reader));
    }

    /// <summary>Decodes all of an object, which may come without apiVersion and kind.</summary>
    /// <exception cref="JsonException">It is no such object, or null, or one whose metadata is null.</exception>
    public static T Decode<T>(ref Utf8JsonReader reader) where T : KubeObject =>
        JsonSerializer.Deserialize(ref reader, ApiJson.Info<T>()) is { Metadata: not null } obj ? obj : throw new JsonException("an object with metadata is expected");

    /// <summary>Stands on the value of a property of the list; false if there is none, or it is null.</summary>
    static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found) return reader.TokenType != JsonTokenType.Null;
            reader.Skip();
        }
        return false;
    }
}
