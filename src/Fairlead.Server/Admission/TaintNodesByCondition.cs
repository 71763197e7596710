using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>A new node takes no Pods until it has reported that it is ready; the node controller takes the taint away then.</summary>
public sealed class TaintNodesByCondition : IAdmission
{
    const string NotReady = "node.kubernetes.io/not-ready";

    public ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (!context.Creates(operation, "", "nodes") || obj is null) return default;
        if (obj["spec"] is not JsonObject spec) obj["spec"] = spec = [];
        if (spec["taints"] is not JsonArray taints) spec["taints"] = taints = [];
        if (!taints.OfType<JsonObject>().Any(t => t.Text("key") == NotReady && t.Text("effect") == "NoSchedule"))
            taints.Add(new JsonObject { ["key"] = NotReady, ["effect"] = "NoSchedule" });
        return default;
    }
}
