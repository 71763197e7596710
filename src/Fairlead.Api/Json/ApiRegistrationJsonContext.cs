using System.Text.Json.Serialization;
using Fairlead.Api.ApiRegistration.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(APIService))]
sealed partial class ApiRegistrationJsonContext : JsonSerializerContext;
