using System.Text.Json.Serialization;
using Fairlead.Api.Coordination.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Lease))]
sealed partial class CoordinationJsonContext : JsonSerializerContext;
