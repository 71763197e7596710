using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules over the three lists of containers together: names, and what each sort may not have.</summary>
static class ContainerListRules
{
    const string OnlySidecars = "may not be set for init containers without restartPolicy=Always";
    const string NotEphemeral = "cannot be set for an Ephemeral Container";

    public static void Validate(JsonObject spec, string path, PodVolumes volumes, FieldErrors errors, bool isPod)
    {
        var context = new ContainerContext(spec, volumes, errors, isPod);
        var names = new HashSet<string>();
        Main(context, $"{path}.containers", names);
        Init(context, $"{path}.initContainers", names);
        Ephemeral(context, $"{path}.ephemeralContainers", names);
    }

    static void Main(ContainerContext context, string path, HashSet<string> names)
    {
        var containers = context.Spec.Objects("containers");
        if (containers.Count == 0 && context.Spec["containers"] is JsonArray) context.Errors.Required(path);
        var hostPorts = new HashSet<string>();
        foreach (var (i, container) in containers.Index())
        {
            var at = $"{path}[{i}]";
            ContainerRules.Validate(container, at, context);
            Unique(container, at, names, context.Errors);
            ProbeRules.ValidateAll(container, at, context);
            if (container["restartPolicy"] is not null) context.Errors.Forbidden($"{at}.restartPolicy", "may not be set for non-init containers");
            HostPortConflicts(container, at, hostPorts, context.Errors);
        }
    }

    static void Init(ContainerContext context, string path, HashSet<string> names)
    {
        foreach (var (i, container) in context.Spec.Each("initContainers"))
        {
            var at = $"{path}[{i}]";
            ContainerRules.Validate(container, at, context);
            Unique(container, at, names, context.Errors);
            HostPortConflicts(container, at, [], context.Errors);
            var policy = container.Text("restartPolicy");
            if (policy is not ("" or "Always")) context.Errors.NotSupported($"{at}.restartPolicy", policy, ["Always"]);
            if (policy == "Always")
            {
                ProbeRules.ValidateAll(container, at, context);
                continue;
            }
            foreach (var field in (string[])["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"])
                if (container[field] is not null) context.Errors.Forbidden($"{at}.{field}", OnlySidecars);
        }
    }

    static void Ephemeral(ContainerContext context, string path, HashSet<string> names)
    {
        var targets = names.ToHashSet();
        foreach (var (i, container) in context.Spec.Each("ephemeralContainers"))
        {
            var at = $"{path}[{i}]";
            ContainerRules.Validate(container, at, context);
            Unique(container, at, names, context.Errors);
            if (container.Text("targetContainerName") is { Length: > 0 } target && !targets.Contains(target))
                context.Errors.NotFound($"{at}.targetContainerName", target);
            foreach (var field in (string[])["ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy", "restartPolicy"])
                if (container[field] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } or JsonValue)
                    context.Errors.Forbidden($"{at}.{field}", NotEphemeral);
            foreach (var (m, mount) in container.Each("volumeMounts"))
                foreach (var field in (string[])["subPath", "subPathExpr"])
                    if (mount.Text(field).Length > 0) context.Errors.Forbidden($"{at}.volumeMounts[{m}].{field}", NotEphemeral);
        }
    }

    static void Unique(JsonObject container, string at, HashSet<string> names, FieldErrors errors)
    {
        if (container.Text("name") is { Length: > 0 } name && !names.Add(name)) errors.Duplicate($"{at}.name", name);
    }

    static void HostPortConflicts(JsonObject container, string at, HashSet<string> taken, FieldErrors errors)
    {
        foreach (var (i, port) in container.Each("ports"))
        {
            if (port.Number("hostPort") is null or 0) continue;
            var key = $"{port.Text("protocol")}/{port.Text("hostIP")}/{port.Number("hostPort")}";
            if (!taken.Add(key)) errors.Duplicate($"{at}.ports[{i}].hostPort", key);
        }
    }
}
