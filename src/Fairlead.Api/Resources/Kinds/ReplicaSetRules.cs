using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind ReplicaSet beyond its schema.</summary>
sealed class ReplicaSetRules : ResourceRules
{
    public override void Default(JsonObject obj)
    {
        WorkloadRules.Default(obj.Make("spec"));
        obj.Make("status").SetDefault("replicas", 0);
    }

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["replicas"] = 0 };

    public override void ValidateCreate(JsonObject obj, FieldErrors errors) => WorkloadRules.Validate(obj, errors);

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        WorkloadRules.ValidateUpdate(obj, old, errors);
        ValidateCreate(obj, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) =>
        WorkloadRules.ValidateStatus(obj, errors, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
}
