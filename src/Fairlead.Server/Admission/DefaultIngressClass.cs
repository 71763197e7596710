using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>A new Ingress that names no class gets the default one: the newest if several say they are.</summary>
public sealed class DefaultIngressClass(KindReader classes) : IAdmission
{
    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (!context.Creates(operation, "networking.k8s.io", "ingresses") || obj.Object("spec") is not { } spec) return;
        if (spec["ingressClassName"] is not null || obj.Object("metadata").Object("annotations")?["kubernetes.io/ingress.class"] is not null) return;
        var all = await classes.ListAsync(null, cancellation).ConfigureAwait(false);
        if (Defaults.Newest(all, IsDefault) is { } name) spec["ingressClassName"] = name;
    }

    static bool IsDefault(JsonObject obj) => obj.Object("metadata").Object("annotations").Text("ingressclass.kubernetes.io/is-default-class") == "true";
}
