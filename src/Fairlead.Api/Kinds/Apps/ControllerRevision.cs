using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Apps.V1;

/// <summary>A snapshot of a controller's state, kept to update from and to roll back to. Its data never changes.</summary>
[Kind("apps", "v1", "controllerrevisions")]
public sealed record ControllerRevision : KubeObject
{
    /// <summary>The state, in whatever form its controller uses.</summary>
    [Proto(2)] public JsonObject? Data { get; init; }

    /// <summary>Number of the revision among those of its owner.</summary>
    [Proto(3), Required, Zero] public long Revision { get; init; }
}
