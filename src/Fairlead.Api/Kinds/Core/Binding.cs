using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Ties a Pod to a node. Schedulers post it to the Pod's binding subresource.</summary>
[Kind("", "v1", "bindings")]
public sealed record Binding : KubeObject
{
    /// <summary>The node that the Pod is to run on.</summary>
    [Proto(2), Required] public ObjectReference? Target { get; init; }
}
