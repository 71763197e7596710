using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Controllers.ReplicaSets;

namespace Fairlead.Controllers.ReplicationControllers;

/// <summary>Keeps the Pods of ReplicationControllers, each read as the ReplicaSet of the same wish.</summary>
public sealed class ReplicationControllerController(ControllerContext context) : ReplicaController<ReplicationController>(context)
{
    public override string Name => "replication-controller";

    protected override ReplicaSet AsReplicaSet(ReplicationController obj) => ReplicationControllerConversion.ToReplicaSet(obj);

    protected override ReplicationController WithStatus(ReplicationController obj, ReplicaSetStatus status) =>
        obj with { Status = ReplicationControllerConversion.Status(status) };
}
