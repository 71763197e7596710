using Fairlead.Api.Protobuf;
using Fairlead.Api.Resources;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

/// <summary>How a body is written, from its Content-Type.</summary>
public enum BodyFormat { Json, Yaml, Protobuf }

/// <summary>The ways in which a PATCH says what to change.</summary>
public enum PatchType { Json, Merge, StrategicMerge, Apply }

/// <summary>Reads Content-Type.</summary>
public static class ContentTypes
{
    /// <summary>The format of a body that holds a record; without a record (a custom kind) protobuf cannot be read.</summary>
    /// <exception cref="Api.Errors.ApiException">UnsupportedMediaType.</exception>
    public static BodyFormat Body(ApiCall call, Type? record) => Bare(call.ContentType) switch
    {
        "" or "application/json" => BodyFormat.Json,
        "application/yaml" => BodyFormat.Yaml,
        KubernetesProtobuf.ContentType when record is not null => BodyFormat.Protobuf,
        _ when record is null => throw Refuse.UnsupportedMediaType("application/json", "application/yaml"),
        _ => throw Refuse.UnsupportedMediaType("application/json", "application/yaml", KubernetesProtobuf.ContentType),
    };

    const string JsonPatchType = "application/json-patch+json", MergePatchType = "application/merge-patch+json",
        StrategicType = "application/strategic-merge-patch+json", ApplyType = "application/apply-patch+yaml";

    /// <summary>The type of a patch; a strategic one needs the merge keys that only built-in kinds have.</summary>
    /// <exception cref="Api.Errors.ApiException">UnsupportedMediaType.</exception>
    public static PatchType Patch(ApiCall call, ResourceDefinition kind) => Bare(call.ContentType) switch
    {
        JsonPatchType => PatchType.Json,
        MergePatchType => PatchType.Merge,
        StrategicType when kind.Type is not null => PatchType.StrategicMerge,
        ApplyType => PatchType.Apply,
        _ when kind.Type is null => throw Refuse.UnsupportedMediaType(JsonPatchType, MergePatchType, ApplyType),
        _ => throw Refuse.UnsupportedMediaType(JsonPatchType, MergePatchType, StrategicType, ApplyType),
    };

    /// <summary>True if the body is the configuration of a server-side apply.</summary>
    public static bool IsApply(ApiCall call) => Bare(call.ContentType) == ApplyType;

    static string Bare(string? type)
    {
        if (type is null or ApiAnswer.Json) return type ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
    }
}
