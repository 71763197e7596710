using System.Text.Json.Serialization;
using Fairlead.Api.FlowControl.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FlowSchema))]
[JsonSerializable(typeof(PriorityLevelConfiguration))]
sealed partial class FlowControlJsonContext : JsonSerializerContext;
