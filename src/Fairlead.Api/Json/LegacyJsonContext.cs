using System.Text.Json.Serialization;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Autoscaling.V2Beta2.HorizontalPodAutoscaler))]
[JsonSerializable(typeof(Batch.V1Beta1.CronJob))]
[JsonSerializable(typeof(Discovery.V1Beta1.EndpointSlice))]
[JsonSerializable(typeof(Networking.V1Beta1.Ingress))]
[JsonSerializable(typeof(Networking.V1Beta1.IngressClass))]
[JsonSerializable(typeof(Policy.V1Beta1.PodDisruptionBudget))]
sealed partial class LegacyJsonContext : JsonSerializerContext;
