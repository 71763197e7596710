using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Configuration for Pods to read, as environment variables, arguments or files.</summary>
[Kind("", "v1", "configmaps")]
public sealed record ConfigMap : KubeObject
{
    /// <summary>True if the data may no longer change. Once true it stays so.</summary>
    [Proto(4, Pointer = true)] public bool? Immutable { get; init; }

    /// <summary>Keys and their UTF-8 texts. Keys consist of letters, digits, '-', '_' and '.'.</summary>
    [Proto(2)] public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Keys and their bytes in base64, for what is not UTF-8 text. A key may stand here or in data, not in both.</summary>
    [Proto(3), Format("byte")] public IReadOnlyDictionary<string, string>? BinaryData { get; init; }
}
