using System.Text;
using Fairlead.Json;

namespace Fairlead.Api.Json;

/// <summary>A value of JSON as text for people, escaped no more than JSON itself asks for.</summary>
static class JsonText
{
    public static string Of(JsonNode? node) => Encoding.UTF8.GetString(JsonTree.Write(node).Span);
}
