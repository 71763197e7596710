using Fairlead.Api.Protobuf;
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

    /// <exception cref="Api.Errors.ApiException">UnsupportedMediaType.</exception>
    public static PatchType Patch(ApiCall call) => Bare(call.ContentType) switch
    {
        "application/json-patch+json" => PatchType.Json,
        "application/merge-patch+json" => PatchType.Merge,
        "application/strategic-merge-patch+json" => PatchType.StrategicMerge,
        _ => throw Refuse.UnsupportedMediaType("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"),
    };

    static string Bare(string? type)
    {
        if (type is null or ApiAnswer.Json) return type ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
    }
}
