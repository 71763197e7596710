using System.Text.Json.Serialization;
using Fairlead.Api.Events.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Event))]
sealed partial class EventsJsonContext : JsonSerializerContext;
