using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>networking.k8s.io/v1beta1 names the Service of a backend and its port in two fields, and the default backend just backend.</summary>
static class IngressVersions
{
    public static OtherVersion V1Beta1 { get; } = new("networking.k8s.io/v1beta1", ToStored, FromStored);

    static void ToStored(JsonObject ingress)
    {
        if (ingress["spec"] is not JsonObject spec) return;
        if (spec.Remove("backend", out var backend)) spec["defaultBackend"] = backend;
        foreach (var one in Backends(spec))
        {
            one.Remove("serviceName", out var name);
            one.Remove("servicePort", out var port);
            if (name.AsText() is not { Length: > 0 } && port is null) continue;
            var service = one.Make("service");
            service["name"] = name ?? "";
            if (port is not null) service["port"] = new JsonObject { [port.AsText() is null ? "number" : "name"] = port };
        }
    }

    static void FromStored(JsonObject ingress)
    {
        if (ingress["spec"] is not JsonObject spec) return;
        foreach (var one in Backends(spec))
        {
            if (!one.Remove("service", out var given) || given is not JsonObject service) continue;
            if (service.Remove("name", out var name)) one["serviceName"] = name;
            if (service["port"] is not JsonObject port) continue;
            if (port.Remove("name", out var text)) one["servicePort"] = text;
            else if (port.Remove("number", out var number)) one["servicePort"] = number;
        }
        if (spec.Remove("defaultBackend", out var backend)) spec["backend"] = backend;
    }

    static IEnumerable<JsonObject> Backends(JsonObject spec) =>
        spec.Objects("rules").SelectMany(r => r.Objects("http.paths")).Select(p => p["backend"]).Append(spec["defaultBackend"]).OfType<JsonObject>();
}
