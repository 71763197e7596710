using Fairlead.Api.Apps.V1;

namespace Fairlead.Controllers.ReplicaSets;

/// <summary>Keeps the Pods of ReplicaSets.</summary>
public sealed class ReplicaSetController(ControllerContext context) : ReplicaController<ReplicaSet>(context)
{
    public override string Name => "replicaset-controller";

    protected override ReplicaSet AsReplicaSet(ReplicaSet obj) => obj;

    protected override ReplicaSet WithStatus(ReplicaSet obj, ReplicaSetStatus status) => obj with { Status = status };
}
