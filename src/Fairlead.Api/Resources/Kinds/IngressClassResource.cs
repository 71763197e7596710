using Fairlead.Api.Errors;
using Fairlead.Api.Networking.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>ingressclasses.networking.k8s.io.</summary>
public static class IngressClassResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<IngressClass>("ingressclass",
        Cells.Field("Controller", "spec.controller", "The controller that serves the class."),
        Cells.Text("Parameters", "An object with the controller's settings.", Parameters),
        Cells.Age) with { CountsGeneration = true, Rules = new IngressClassRules() };

    static string Parameters(JsonObject obj)
    {
        if (obj.At("spec.parameters") is not { } parameters) return Cells.None;
        var group = parameters.Text("apiGroup");
        return $"{parameters.Text("kind")}{(group.Length > 0 ? "." + group : "")}/{parameters.Text("name")}";
    }
}

/// <summary>A class names its controller for good.</summary>
sealed class IngressClassRules : ResourceRules
{
    public override void Default(JsonObject obj) => (obj.At("spec.parameters") as JsonObject)?.SetDefault("scope", "Cluster");

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var controller = obj.Text("spec.controller");
        if (controller.Length > 250) errors.TooLong("spec.controller", 250);
        if (controller.Length == 0) errors.Required("spec.controller");
        else if (!controller.Contains('/', StringComparison.Ordinal) || NameSyntax.Subdomain(controller[..controller.IndexOf('/', StringComparison.Ordinal)]) is not null)
            errors.Invalid("spec.controller", controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        if (obj.At("spec.parameters") is not { } parameters) return;
        FieldChecks.Segment(parameters.Text("kind"), "spec.parameters.kind", errors);
        FieldChecks.Segment(parameters.Text("name"), "spec.parameters.name", errors);
        var (scope, ns) = (parameters.Text("scope"), parameters.At("namespace"));
        if (scope is not ("Cluster" or "Namespace")) errors.NotSupported("spec.parameters.scope", scope, ["Cluster", "Namespace"]);
        if (scope == "Namespace" && ns.AsText() is null or "") errors.Required("spec.parameters.namespace", "`parameters.scope` is set to 'Namespace'");
        if (scope == "Cluster" && ns is not null) errors.Forbidden("spec.parameters.namespace", "`parameters.scope` is set to 'Cluster'");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        obj.Unchanged(old, errors, "spec.controller");
        ValidateCreate(obj, errors);
    }
}
