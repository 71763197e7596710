using System.Text.Json.Serialization;
using Fairlead.Api.Certificates.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CertificateSigningRequest))]
sealed partial class CertificatesJsonContext : JsonSerializerContext;
