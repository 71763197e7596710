using Fairlead.Api.Errors;
using Fairlead.Api.Storage.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>csinodes.storage.k8s.io.</summary>
public static class CSINodeResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<CSINode>("csinode",
        new TableColumn("Drivers", "integer", "How many drivers the node has.", 0, (n, _) => n.Objects("spec.drivers").Count),
        Cells.Age) with { Rules = new CSINodeRules() };
}

/// <summary>Each driver is there once, and an entry does not change but for what can be allocated.</summary>
sealed class CSINodeRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, driver) in obj.Each("spec.drivers"))
        {
            var (path, name) = ($"spec.drivers[{i}]", driver.Text("name"));
            if (name.Length == 0) errors.Required(path + ".name");
            else FieldChecks.Form(name.ToLowerInvariant(), path + ".name", NameSyntax.Subdomain, errors);
            if (!names.Add(name)) errors.Duplicate(path + ".name", name);
            if (driver.Text("nodeID").Length == 0) errors.Required(path + ".nodeID");
            foreach (var key in driver.Texts("topologyKeys")) FieldChecks.Form(key, path + ".topologyKeys", NameSyntax.QualifiedName, errors);
            if (driver.Number("allocatable.count") is < 0 and var count) errors.Invalid(path + ".allocatable.count", count, "must be greater than or equal to 0");
        }
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var before = old.Objects("spec.drivers").ToDictionary(d => d.Text("name"));
        foreach (var driver in obj.Objects("spec.drivers"))
            if (before.TryGetValue(driver.Text("name"), out var was) && !JsonNode.DeepEquals(Fixed(driver), Fixed(was)))
                errors.Invalid("spec", Shown.Json(driver), "field is immutable");
        ValidateCreate(obj, errors);
    }

    static JsonObject Fixed(JsonObject driver)
    {
        var copy = (JsonObject)driver.DeepClone();
        copy.Remove("allocatable");
        return copy;
    }
}
