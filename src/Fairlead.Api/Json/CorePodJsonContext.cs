using System.Text.Json.Serialization;
using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(PodTemplate))]
sealed partial class CorePodJsonContext : JsonSerializerContext;
