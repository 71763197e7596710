using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>podtemplates.</summary>
public static class PodTemplateResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<PodTemplate>("podtemplate",
    [
        .. TemplateColumns.Of("template", 0),
        Cells.Text("Pod Labels", "Labels of the template.", t => Cells.Labels(t.Pairs("template.metadata.labels"))),
    ]) with { CountsGeneration = true, Rules = new PodTemplateRules() };
}

/// <summary>A PodTemplate's template is checked like that of a workload.</summary>
sealed class PodTemplateRules : ResourceRules
{
    public override void Default(JsonObject obj) => WorkloadRules.DefaultTemplate(obj);

    public override void ValidateCreate(JsonObject obj, FieldErrors errors) =>
        WorkloadRules.ValidateTemplate(obj["template"] as JsonObject, "template", errors);
}
