using Fairlead.Api.FlowControl.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>flowschemas.flowcontrol.apiserver.k8s.io.</summary>
public static class FlowSchemaResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<FlowSchema>("flowschema",
        Cells.Field("PriorityLevel", "spec.priorityLevelConfiguration.name", "The priority level of the requests.", empty: Cells.None),
        Cells.Number("MatchingPrecedence", "spec.matchingPrecedence", "The lowest number among the schemas that match decides."),
        Cells.Field("DistinguisherMethod", "spec.distinguisherMethod.type", "What tells flows apart.", empty: Cells.None),
        Cells.Age,
        Cells.Text("MissingPL", "Whether the priority level is missing.", s => Dangling(s) is { Length: > 0 } status ? status : "?")) with
    {
        HasStatus = true,
        CountsGeneration = true,
        Rules = new FlowSchemaRules(),
    };

    static string Dangling(JsonObject schema) => schema.Objects("status.conditions").FirstOrDefault(c => c.Text("type") == "Dangling").Text("status");
}
