using System.Text.Json.Serialization;
using Fairlead.Api.Storage.V1;

namespace Fairlead.Api.Json;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StorageClass))]
[JsonSerializable(typeof(VolumeAttachment))]
[JsonSerializable(typeof(CSIDriver))]
[JsonSerializable(typeof(CSINode))]
[JsonSerializable(typeof(CSIStorageCapacity))]
sealed partial class StorageJsonContext : JsonSerializerContext;
