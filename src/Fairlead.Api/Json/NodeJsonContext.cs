using System.Text.Json.Serialization;
using Fairlead.Api.Node.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuntimeClass))]
sealed partial class NodeJsonContext : JsonSerializerContext;
