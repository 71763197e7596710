using System.Text.Json.Serialization;
using Fairlead.Api.Networking.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IPAddress))]
[JsonSerializable(typeof(Ingress))]
[JsonSerializable(typeof(IngressClass))]
[JsonSerializable(typeof(NetworkPolicy))]
[JsonSerializable(typeof(ServiceCIDR))]
sealed partial class NetworkingJsonContext : JsonSerializerContext;
