using System.Text.Json.Serialization;
using Fairlead.Api.Autoscaling.V2;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HorizontalPodAutoscaler))]
sealed partial class AutoscalingV2JsonContext : JsonSerializerContext;
