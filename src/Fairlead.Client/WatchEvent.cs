using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client.Caching;

namespace Fairlead.Client;

/// <summary>The type of a watch event.</summary>
public enum WatchEventType { Added, Modified, Deleted, Bookmark }

/// <summary>One event of a watch. A bookmark's object has only metadata.resourceVersion.</summary>
public sealed record WatchEvent<T>(WatchEventType Type, T Object) where T : KubeObject
{
    /// <exception cref="ApiException">The event is an ERROR; its Status is carried.</exception>
    /// <exception cref="JsonException">The document is not a watch event.</exception>
    internal static WatchEvent<T> Read(ReadOnlyMemory<byte> document, ItemReader<T> read)
    {
        var type = "";
        T? obj = null;
        var reader = new Utf8JsonReader(document.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("a watch event whose type is no string");
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                if (type == "ERROR") throw new ApiException(JsonSerializer.Deserialize(ref reader, ApiJson.Info<Status>()) ?? throw new JsonException("an ERROR event without Status"));
                obj = read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
        return new(type switch
        {
            "ADDED" => WatchEventType.Added,
            "MODIFIED" => WatchEventType.Modified,
            "DELETED" => WatchEventType.Deleted,
            "BOOKMARK" => WatchEventType.Bookmark,
            _ => throw new JsonException($"got invalid watch event type: {type}"),
        }, obj ?? throw new JsonException("a watch event without object"));
    }
}
