using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>secrets.</summary>
public static class SecretResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Secret>("secret",
        Cells.Field("Type", "type", "What the Secret is for."),
        new TableColumn("Data", "string", "How many keys there are.", 0, (obj, _) => obj.Pairs("data").Count),
        Cells.Age) with
    {
        SelectableFields = Select.Fields(("type", "type")),
        Rules = new SecretRules(),
    };
}
