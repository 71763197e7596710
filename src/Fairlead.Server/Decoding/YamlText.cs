using System.Text.Json.Nodes;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

static class YamlText
{
    public static JsonObject ReadObject(ReadOnlyMemory<byte> body, List<string>? duplicates) => throw Refuse.UnsupportedMediaType("application/json");

    public static ReadOnlyMemory<byte> Write(JsonNode node) => throw Refuse.NotAcceptable("application/json");
}
