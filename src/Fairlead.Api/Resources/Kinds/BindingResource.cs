using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>bindings: posted, never stored.</summary>
public static class BindingResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Binding>("binding", Cells.Age) with
    {
        Verbs = ["create"],
        Rules = new BindingRules(),
    };
}
