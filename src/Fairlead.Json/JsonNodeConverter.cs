using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Json;

/// <summary>Lets records have fields of any JSON.</summary>
public sealed class JsonNodeConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeof(JsonNode).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(JsonObject) ? new Of<JsonObject>() : typeToConvert == typeof(JsonArray) ? new Of<JsonArray>() : new Of<JsonNode>();

    sealed class Of<T> : JsonConverter<T> where T : JsonNode
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonTree.Value(ref reader) switch
            {
                null => null,
                T node => node,
                _ => throw new JsonException(),
            };

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => value.WriteTo(writer);
    }
}
