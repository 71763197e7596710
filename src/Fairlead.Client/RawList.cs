using System.Text.Json;

namespace Fairlead.Client;

/// <summary>Splits a list as the server sent it into its items without decoding them: for whoever needs a few of many.</summary>
public static class RawList
{
    /// <summary>The bytes of each item, in the list's order. They share the list's memory.</summary>
    /// <exception cref="JsonException">Not a list.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Items(ReadOnlyMemory<byte> list)
    {
        var items = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(list.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isItems = reader.ValueTextEquals("items"u8);
            reader.Read();
            if (!isItems || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                items.Add(list[start..(int)reader.BytesConsumed]);
            }
        }
        return items;
    }
}
