using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Meta.V1;

/// <summary>The fields that one manager set by one operation.</summary>
public sealed record ManagedFieldsEntry
{
    /// <summary>Who manages these fields.</summary>
    [Proto(1)] public string? Manager { get; init; }

    /// <summary>How they were set: Apply or Update.</summary>
    [Proto(2)] public string? Operation { get; init; }

    /// <summary>The version of the resource that the field set is written for.</summary>
    [Proto(3)] public string? ApiVersion { get; init; }

    /// <summary>When the entry was made or last changed.</summary>
    [Proto(4)] public DateTimeOffset? Time { get; init; }

    /// <summary>The format of fieldsV1; only FieldsV1 is known.</summary>
    [Proto(6)] public string? FieldsType { get; init; }

    /// <summary>The set of fields, as a tree whose keys are path elements.</summary>
    [Proto(7)] public JsonObject? FieldsV1 { get; init; }

    /// <summary>The subresource through which the fields were set, empty for the object itself.</summary>
    [Proto(8)] public string? Subresource { get; init; }
}
