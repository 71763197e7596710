using System.Text.Json.Serialization;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>
/// What every kind of the API has: its type, and its metadata. Property names are the field names of the wire format
/// in Pascal case; an absent field is null and is not written.
/// </summary>
public abstract record KubeObject
{
    /// <summary>The versioned schema this object is written in, as group/version, or version alone for the core group.</summary>
    [JsonPropertyOrder(-4)]
    public string? ApiVersion { get; init; }

    /// <summary>The name of the kind that this object is, in CamelCase. It cannot be changed.</summary>
    [JsonPropertyOrder(-5)]
    public string? Kind { get; init; }

    /// <summary>The name, namespace, labels and bookkeeping that every object carries.</summary>
    [JsonPropertyOrder(-3), Proto(1)]
    public ObjectMeta Metadata { get; init; } = new();
}
