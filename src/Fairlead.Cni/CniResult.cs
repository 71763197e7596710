using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Fairlead.Cni;

/// <summary>What ADD reports (CNI spec 1.1 §"ADD Success").</summary>
sealed record CniResult
{
    public string? CniVersion { get; init; }
    public IReadOnlyList<CniInterface>? Interfaces { get; init; }
    public IReadOnlyList<CniAddress>? Ips { get; init; }
    public IReadOnlyList<CniRoute>? Routes { get; init; }
    public JsonObject? Dns { get; init; }
}

/// <summary>An interface that ADD made; sandbox is empty on the node's side.</summary>
sealed record CniInterface(string Name, string? Mac, string? Sandbox, int? Mtu);

/// <summary>An address given to interface number <see cref="Interface"/>.</summary>
/// <param name="Version">"4" or "6" before version 1.0 of the specification, which dropped the field.</param>
sealed record CniAddress(string Address, string? Gateway, int? Interface, string? Version);

/// <summary>A route in the container.</summary>
sealed record CniRoute(string Dst, string? Gw);

/// <summary>The answer to VERSION.</summary>
sealed record CniVersions(string CniVersion, IReadOnlyList<string> SupportedVersions);

/// <summary>The answer when an operation failed.</summary>
sealed record CniError(string CniVersion, int Code, string Msg, string Details);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CniConfiguration))]
[JsonSerializable(typeof(CniResult))]
[JsonSerializable(typeof(CniVersions))]
[JsonSerializable(typeof(CniError))]
sealed partial class CniJson : JsonSerializerContext;
