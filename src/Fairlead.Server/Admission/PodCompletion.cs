using System.Text.Json.Nodes;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>
/// What upstream's DefaultTolerationSeconds and Priority plug-ins add to a new Pod: five minutes of tolerance for a node
/// that is not ready or not reachable, and the priority of Pods without a class.
/// </summary>
public sealed class PodCompletion : IAdmission
{
    static readonly (string Name, int Value)[] SystemClasses = [("system-node-critical", 2000001000), ("system-cluster-critical", 2000000000)];

    public ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (operation != AdmissionOperation.Create || context.Kind is not { Group: "", Plural: "pods" } || context.Target.Subresource.Length > 0) return default;
        if (obj.Object("spec") is not { } spec) return default;
        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
        var priority = SystemClasses.FirstOrDefault(c => c.Name == spec.Text("priorityClassName")).Value;
        spec["priority"] ??= priority;
        spec["preemptionPolicy"] ??= "PreemptLowerPriority";
        return default;
    }

    static void Tolerate(JsonObject spec, string key)
    {
        var tolerations = spec.Array("tolerations");
        if (tolerations is null) spec["tolerations"] = tolerations = [];
        foreach (var t in tolerations.OfType<JsonObject>())
        {
            if ((t.Text("key") ?? key) == key && (t.Text("effect") ?? "NoExecute") == "NoExecute") return;
        }
        tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
    }
}
