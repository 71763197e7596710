using System.Text.Json.Serialization;
using Fairlead.Api.Discovery.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EndpointSlice))]
sealed partial class DiscoveryJsonContext : JsonSerializerContext;
