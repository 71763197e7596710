using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>configmaps.</summary>
public static class ConfigMapResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ConfigMap>("configmap",
        new TableColumn("Data", "string", "How many keys there are.", 0, (obj, _) => obj.Pairs("data").Count + obj.Pairs("binaryData").Count),
        Cells.Age) with
    {
        ShortNames = ["cm"],
        Rules = new ConfigMapRules(),
    };
}
