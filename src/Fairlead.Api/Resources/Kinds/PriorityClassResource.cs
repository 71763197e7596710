using Fairlead.Api.Errors;
using Fairlead.Api.Scheduling.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>priorityclasses.scheduling.k8s.io.</summary>
public static class PriorityClassResource
{
    /// <summary>The classes that every cluster has, with their values.</summary>
    public static IReadOnlyDictionary<string, int> System { get; } =
        new Dictionary<string, int> { ["system-node-critical"] = 2000001000, ["system-cluster-critical"] = 2000000000 };

    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<PriorityClass>("priorityclass",
        Cells.Number("Value", "value", "The priority."),
        new TableColumn("Global-Default", "boolean", "Whether Pods without a class have this one.", 0, (c, _) => c.Flag("globalDefault")),
        Cells.Age,
        Cells.Field("PreemptionPolicy", "preemptionPolicy", "Whether such Pods may push others out.")) with
    {
        ShortNames = ["pc"],
        CountsGeneration = true,
        Rules = new PriorityClassRules(),
    };
}

/// <summary>Users' classes lie below the system's, and a class keeps its value.</summary>
sealed class PriorityClassRules : ResourceRules
{
    const long Highest = 1_000_000_000;

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var (name, value) = (obj.Text("metadata.name"), obj.Number("value") ?? 0);
        if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            if (!PriorityClassResource.System.TryGetValue(name, out var known))
                errors.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: " + name + " is not a known system priority class");
            else if (known != value)
                errors.Forbidden("metadata.name", $"priority class names with 'system-' prefix are reserved for system use only. error: value of {name} PriorityClass must be {known}");
        }
        else if (value > Highest) errors.Forbidden("value", $"maximum allowed value of a user defined priority is {Highest}");
        if (obj.Text("preemptionPolicy") is { Length: > 0 } policy and not ("PreemptLowerPriority" or "Never"))
            errors.NotSupported("preemptionPolicy", policy, ["PreemptLowerPriority", "Never"]);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        foreach (var field in (string[])["value", "preemptionPolicy"])
            if (!JsonNode.DeepEquals(obj[field], old[field])) errors.Forbidden(field, "may not be changed in an update.");
    }
}
