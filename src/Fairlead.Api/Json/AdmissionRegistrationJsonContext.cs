using System.Text.Json.Serialization;
using Fairlead.Api.AdmissionRegistration.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MutatingWebhookConfiguration))]
[JsonSerializable(typeof(ValidatingAdmissionPolicy))]
[JsonSerializable(typeof(ValidatingAdmissionPolicyBinding))]
[JsonSerializable(typeof(ValidatingWebhookConfiguration))]
sealed partial class AdmissionRegistrationJsonContext : JsonSerializerContext;
