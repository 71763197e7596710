using System.Text.Json;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client;

/// <summary>Reads a list of a kind; its items carry no apiVersion and kind of their own on some servers, so they are stamped.</summary>
static class ListReader
{
    public static KubeList<T> Read<T>(ReadOnlyMemory<byte> json) where T : KubeObject
    {
        var list = ReadItems<T>(json);
        return list with { Items = [.. list.Items.Select(KindOf<T>.Stamp)] };
    }

    /// <summary>The same without stamping.</summary>
    public static KubeList<T> ReadItems<T>(ReadOnlyMemory<byte> json) where T : KubeObject
    {
        var items = new List<T>();
        var metadata = new ListMeta();
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null) continue;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(JsonSerializer.Deserialize(ref reader, ApiJson.Info<T>())!);
                }
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                metadata = JsonSerializer.Deserialize(ref reader, ApiJson.Info<ListMeta>())!;
            }
            else
            {
                reader.Skip();
            }
        }
        return new(items, metadata);
    }
}
