using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A small amount of data to be kept from other eyes, such as a password, a token or a private key.</summary>
[Kind("", "v1", "secrets")]
public sealed record Secret : KubeObject
{
    /// <summary>True if the data may no longer change. Once true it stays so.</summary>
    [Proto(5, Pointer = true)] public bool? Immutable { get; init; }

    /// <summary>Keys and their values in base64. Keys consist of letters, digits, '-', '_' and '.'.</summary>
    [Proto(2), Format("byte")] public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Values in plain text, for writing only: the server moves them into data, over values already there.</summary>
    [Proto(4)] public IReadOnlyDictionary<string, string>? StringData { get; init; }

    /// <summary>What the Secret is for; a known type asks for its own keys. It cannot be changed, and is Opaque if not given.</summary>
    [Proto(3)] public string? Type { get; init; }
}
