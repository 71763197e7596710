using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>
/// What the schema cannot say about a PodSpec, for Pods and for the templates of the kinds that make them. Structural
/// errors (absent required fields, values outside a fixed set) were found before.
/// </summary>
public static class PodSpecRules
{
    /// <summary>Fills defaults that depend on other fields.</summary>
    /// <param name="spec">The PodSpec; changed in place.</param>
    /// <param name="isPod">True for a Pod itself; a template is left without what its Pods get at their own creation.</param>
    public static void Default(JsonObject spec, bool isPod)
    {
        ArgumentNullException.ThrowIfNull(spec);
        MirrorServiceAccount(spec);
        foreach (var container in AllContainers(spec))
            container.SetDefault("imagePullPolicy", ImageTag.IsLatest(container.Text("image")) ? "Always" : "IfNotPresent");
        foreach (var volume in spec.Objects("volumes"))
            if (volume["image"] is JsonObject image)
                image.SetDefault("pullPolicy", ImageTag.IsLatest(image.Text("reference")) ? "Always" : "IfNotPresent");
        CanonicalAmounts(spec);
        if (!isPod) return;
        spec.SetDefault("enableServiceLinks", true);
        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            RequestsFromLimits(container);
            if (spec.Flag("hostNetwork")) HostPorts(container);
        }
    }

    /// <summary>Adds what is wrong with a PodSpec.</summary>
    /// <param name="spec">The PodSpec, after defaults.</param>
    /// <param name="path">Its place in the object, such as spec or spec.template.spec.</param>
    /// <param name="isPod">True for a Pod itself, which is checked more strictly than a template.</param>
    public static void Validate(JsonObject spec, string path, FieldErrors errors, bool isPod)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(errors);
        var volumes = VolumeRules.Validate(spec.Objects("volumes"), $"{path}.volumes", errors);
        ResourceClaims(spec, $"{path}.resourceClaims", errors);
        ContainerListRules.Validate(spec, path, volumes, errors, isPod);
        HostNetworkPorts(spec, path, errors, isPod);
        Numbers(spec, path, errors);
        Names(spec, path, errors);
        PodNetworkRules.Validate(spec, path, errors);
        SecurityRules.ValidatePod(spec, path, errors);
        SchedulingRules.Validate(spec, path, errors);
    }

    /// <summary>Containers of every sort.</summary>
    internal static IEnumerable<JsonObject> AllContainers(JsonObject spec) =>
        spec.Objects("initContainers").Concat(spec.Objects("containers")).Concat(spec.Objects("ephemeralContainers"));

    static void MirrorServiceAccount(JsonObject spec)
    {
        var name = spec.Text("serviceAccountName") is { Length: > 0 } given ? given : spec.Text("serviceAccount");
        if (name.Length == 0) return;
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
    }

    static void CanonicalAmounts(JsonObject spec)
    {
        ResourceRequirementRules.Canonicalise(spec["overhead"]);
        foreach (var owner in AllContainers(spec).Prepend(spec))
            foreach (var list in (string[])["resources.limits", "resources.requests"]) ResourceRequirementRules.Canonicalise(owner.At(list));
    }

    static void RequestsFromLimits(JsonObject container)
    {
        if (container.At("resources.limits") is not JsonObject limits || limits.Count == 0) return;
        var requests = container.Make("resources").Make("requests");
        foreach (var (name, amount) in limits)
            if (!requests.ContainsKey(name)) requests[name] = amount?.DeepClone();
    }

    static void HostPorts(JsonObject container)
    {
        foreach (var port in container.Objects("ports"))
            if (port.Number("hostPort") is null or 0) port["hostPort"] = port["containerPort"]?.DeepClone();
    }

    static void ResourceClaims(JsonObject spec, string path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, claim) in spec.Each("resourceClaims"))
        {
            var name = claim.Text("name");
            if (name.Length == 0) errors.Required($"{path}[{i}].name");
            else if (!names.Add(name)) errors.Duplicate($"{path}[{i}].name", name);
            else if (NameSyntax.Label(name) is { } problem) errors.Invalid($"{path}[{i}].name", name, problem);
            var sources = (claim.Text("resourceClaimName").Length > 0 ? 1 : 0) + (claim.Text("resourceClaimTemplateName").Length > 0 ? 1 : 0);
            if (sources == 0) errors.Invalid($"{path}[{i}]", claim.ToJsonString(), "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            if (sources == 2) errors.Invalid($"{path}[{i}]", claim.ToJsonString(), "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
        }
    }

    static void HostNetworkPorts(JsonObject spec, string path, FieldErrors errors, bool isPod)
    {
        if (!spec.Flag("hostNetwork")) return;
        foreach (var (c, container) in spec.Each("containers"))
            foreach (var (p, port) in container.Each("ports"))
            {
                var hostPort = port.Number("hostPort") ?? 0;
                if ((isPod || hostPort != 0) && hostPort != (port.Number("containerPort") ?? 0))
                    errors.Invalid($"{path}.containers[{c}].ports[{p}].hostPort", hostPort, "must match `containerPort` when `hostNetwork` is true");
            }
    }

    static void Numbers(JsonObject spec, string path, FieldErrors errors)
    {
        if (spec.Number("activeDeadlineSeconds") is { } deadline && NumberSyntax.Range(deadline, 1, int.MaxValue) is { } problem)
            errors.Invalid($"{path}.activeDeadlineSeconds", deadline, problem);
        if (spec.Number("terminationGracePeriodSeconds") is < 0 and var grace)
            errors.Invalid($"{path}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0");
    }

    static void Names(JsonObject spec, string path, FieldErrors errors)
    {
        Check("serviceAccountName", NameSyntax.Subdomain);
        Check("nodeName", NameSyntax.Subdomain);
        Check("hostname", NameSyntax.Label);
        Check("subdomain", NameSyntax.Label);
        Check("priorityClassName", NameSyntax.Subdomain);
        Check("runtimeClassName", NameSyntax.Subdomain);
        if (spec["os"] is JsonObject os)
        {
            var name = os.Text("name");
            if (name.Length == 0 && os.ContainsKey("name")) errors.Required($"{path}.os.name");
            else if (name.Length > 0 && name is not ("linux" or "windows")) errors.NotSupported($"{path}.os.name", name, ["linux", "windows"]);
        }

        void Check(string field, Func<string, string?> form)
        {
            if (spec.Text(field) is { Length: > 0 } value && form(value) is { } problem) errors.Invalid($"{path}.{field}", value, problem);
        }
    }
}
