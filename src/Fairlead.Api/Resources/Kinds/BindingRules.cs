using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A binding names a node.</summary>
sealed class BindingRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("target.kind") is { Length: > 0 } kind && kind != "Node") errors.NotSupported("target.kind", kind, ["Node", "<empty>"]);
        if (obj.Text("target.name").Length == 0) errors.Required("target.name");
    }
}
