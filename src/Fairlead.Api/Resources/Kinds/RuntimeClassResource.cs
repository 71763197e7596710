using Fairlead.Api.Errors;
using Fairlead.Api.Node.V1;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>runtimeclasses.node.k8s.io.</summary>
public static class RuntimeClassResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<RuntimeClass>("runtimeclass",
        Cells.Field("Handler", "handler", "The runtime's own name of it."),
        Cells.Age) with { Rules = new RuntimeClassRules() };
}

/// <summary>The handler is a label and stays.</summary>
sealed class RuntimeClassRules : ResourceRules
{
    public override void Default(JsonObject obj) => ResourceRequirementRules.Canonicalise(obj.At("overhead.podFixed"));

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var handler = obj.Text("handler");
        if (NameSyntax.Label(handler) is { } wrong) errors.Invalid("handler", handler, wrong);
        MetadataRules.ValidateLabels(obj.Pairs("scheduling.nodeSelector"), "scheduling.nodeSelector", errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        obj.Unchanged(old, errors, "handler");
        ValidateCreate(obj, errors);
    }
}
