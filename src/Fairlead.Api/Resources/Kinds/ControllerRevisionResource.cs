using Fairlead.Api.Apps.V1;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>controllerrevisions.apps.</summary>
public static class ControllerRevisionResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ControllerRevision>("controllerrevision",
        Cells.Text("Controller", "The controller that owns the revision.", Controller),
        Cells.Number("Revision", "revision", "Number of the revision."),
        Cells.Age) with
    {
        Rules = new ControllerRevisionRules(),
    };

    static string Controller(JsonObject revision)
    {
        if (revision.Objects("metadata.ownerReferences").FirstOrDefault(o => o.Flag("controller")) is not { } owner) return Cells.None;
        var version = owner.Text("apiVersion");
        var group = version.Contains('/', StringComparison.Ordinal) ? "." + version[..version.IndexOf('/', StringComparison.Ordinal)] : "";
        return $"{owner.Text("kind").ToLowerInvariant()}{group}/{owner.Text("name")}";
    }
}

/// <summary>A revision's data is there and never changes.</summary>
sealed class ControllerRevisionRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj["data"] is null) errors.Required("data", "data is mandatory");
        if (obj.Number("revision") is < 0 and var revision) errors.Invalid("revision", revision, "must be greater than or equal to 0");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        if (!JsonNode.DeepEquals(obj["data"], old["data"])) errors.Invalid("data", "", "field is immutable");
    }
}
