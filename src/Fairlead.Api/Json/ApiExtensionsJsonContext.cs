using System.Text.Json.Serialization;
using Fairlead.Api.ApiExtensions.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CustomResourceDefinition))]
sealed partial class ApiExtensionsJsonContext : JsonSerializerContext;
