using System.Text.Json.Serialization;
using Fairlead.Api.Scheduling.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PriorityClass))]
sealed partial class SchedulingJsonContext : JsonSerializerContext;
