using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>A new Pod stays for five minutes on a node that is not ready or not reachable, unless it says otherwise.</summary>
public sealed class DefaultTolerationSeconds : IAdmission
{
    const int Seconds = 300;

    public ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (!context.CreatesPod(operation) || obj.Object("spec") is not { } spec) return default;
        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
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
        tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = Seconds });
    }
}
