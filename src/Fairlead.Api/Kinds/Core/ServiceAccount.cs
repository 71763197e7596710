using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>An identity for the processes in Pods, under which they speak to the API.</summary>
[Kind("", "v1", "serviceaccounts")]
public sealed record ServiceAccount : KubeObject
{
    /// <summary>Secrets that Pods of this account may use, when the account is marked to allow only those.</summary>
    [Proto(2), ListMap("name")] public IReadOnlyList<ObjectReference>? Secrets { get; init; }

    /// <summary>Secrets with registry credentials, given to Pods of this account that name none themselves.</summary>
    [Proto(3), Atomic] public IReadOnlyList<LocalObjectReference>? ImagePullSecrets { get; init; }

    /// <summary>False if Pods of this account get no token mounted, unless they ask for one.</summary>
    [Proto(4, Pointer = true)] public bool? AutomountServiceAccountToken { get; init; }
}
