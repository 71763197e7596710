using System.Text.Json.Serialization;
using Fairlead.Api.Policy.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Eviction))]
[JsonSerializable(typeof(PodDisruptionBudget))]
sealed partial class PolicyJsonContext : JsonSerializerContext;
