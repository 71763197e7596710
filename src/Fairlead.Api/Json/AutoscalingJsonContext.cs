using System.Text.Json.Serialization;
using Fairlead.Api.Autoscaling.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Scale))]
[JsonSerializable(typeof(HorizontalPodAutoscaler))]
sealed partial class AutoscalingJsonContext : JsonSerializerContext;
