using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>namespaces.</summary>
public static class NamespaceResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Namespace>("namespace",
        Cells.Field("Status", "status.phase", "Where the namespace is in its life."),
        Cells.Age) with
    {
        ShortNames = ["ns"],
        Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        HasStatus = true,
        NameRule = NameRule.Label,
        SelectableFields = Select.Fields(("status.phase", "status.phase"), ("name", "metadata.name")),
        Rules = new NamespaceRules(),
    };
}
