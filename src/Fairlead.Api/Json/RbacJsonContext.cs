using System.Text.Json.Serialization;
using Fairlead.Api.Rbac.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterRole))]
[JsonSerializable(typeof(ClusterRoleBinding))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(RoleBinding))]
sealed partial class RbacJsonContext : JsonSerializerContext;
