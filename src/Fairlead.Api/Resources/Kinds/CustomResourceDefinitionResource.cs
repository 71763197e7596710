using Fairlead.Api.ApiExtensions.V1;
using Fairlead.Api.CustomResources;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>customresourcedefinitions.apiextensions.k8s.io.</summary>
public static class CustomResourceDefinitionResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<CustomResourceDefinition>("customresourcedefinition",
        // Upstream shows when the kind was added to the cluster, not how old it is.
        Cells.Field("Created At", "metadata.creationTimestamp", "When the kind was added.")) with
    {
        ShortNames = ["crd", "crds"],
        Categories = ["api-extensions"],
        HasStatus = true,
        CountsGeneration = true,
        ShortFinalizers = true,
        Rules = new CustomResourceDefinitionRules(),
    };
}
