using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>LimitRanger's first half: containers of a new Pod that state no request or limit get that of the namespace's LimitRanges.</summary>
public sealed class LimitRangeDefaults(KindReader limitRanges) : IAdmission
{
    const string Annotation = "kubernetes.io/limit-ranger";

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (!context.CreatesPod(operation) || obj.Object("spec") is not { } spec) return;
        var all = await limitRanges.ListAsync(context.Namespace, cancellation).ConfigureAwait(false);
        if (all.Count == 0) return;
        // What a limit says of its request must be known before a default may stand in for it.
        ObjectChecks.Default(context.Kind, obj!);
        var (requests, limits) = (new JsonObject(), new JsonObject());
        foreach (var item in all.SelectMany(r => r.Object("spec").Array("limits") ?? []).OfType<JsonObject>().Where(i => i.Text("type") == "Container"))
        {
            Take(requests, item.Object("defaultRequest"));
            Take(limits, item.Object("default"));
        }
        var said = new List<string>();
        foreach (var (list, name) in ((string, string)[])[("containers", "container"), ("initContainers", "init container")])
        {
            foreach (var container in (spec.Array(list) ?? []).OfType<JsonObject>())
            {
                Fill(container, "requests", requests, $"request for {name} {container.Text("name")}", said);
                Fill(container, "limits", limits, $"limit for {name} {container.Text("name")}", said);
            }
        }
        if (said.Count == 0) return;
        if (obj!.Metadata()["annotations"] is not JsonObject annotations) obj!.Metadata()["annotations"] = annotations = [];
        annotations[Annotation] = "LimitRanger plugin set: " + string.Join("; ", said);
    }

    static void Take(JsonObject into, JsonObject? from)
    {
        foreach (var (name, amount) in from ?? []) into[name] ??= amount?.DeepClone();
    }

    static void Fill(JsonObject container, string list, JsonObject defaults, string what, List<string> said)
    {
        var set = new List<string>();
        foreach (var (name, amount) in defaults)
        {
            if (container.Object("resources").Object(list)?[name] is not null) continue;
            if (container["resources"] is not JsonObject resources) container["resources"] = resources = [];
            if (resources[list] is not JsonObject amounts) resources[list] = amounts = [];
            amounts[name] = amount?.DeepClone();
            set.Add(name);
        }
        if (set.Count > 0) said.Add($"{string.Join(", ", set.Order(StringComparer.Ordinal))} {what}");
    }
}
