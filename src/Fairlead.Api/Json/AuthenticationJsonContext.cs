using System.Text.Json.Serialization;
using Fairlead.Api.Authentication.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenReview))]
[JsonSerializable(typeof(SelfSubjectReview))]
sealed partial class AuthenticationJsonContext : JsonSerializerContext;
