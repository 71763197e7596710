using System.Text.Json.Serialization;
using Fairlead.Api.Authorization.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubjectAccessReview))]
[JsonSerializable(typeof(LocalSubjectAccessReview))]
[JsonSerializable(typeof(SelfSubjectAccessReview))]
[JsonSerializable(typeof(SelfSubjectRulesReview))]
sealed partial class AuthorizationJsonContext : JsonSerializerContext;
