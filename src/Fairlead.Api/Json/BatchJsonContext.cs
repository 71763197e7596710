using System.Text.Json.Serialization;
using Fairlead.Api.Batch.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(CronJob))]
sealed partial class BatchJsonContext : JsonSerializerContext;
