using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.ApiExtensions.V1;

/// <summary>A kind that users add to the API. Its name is the plural and the group, as in widgets.example.com.</summary>
[Kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", Namespaced = false)]
public sealed record CustomResourceDefinition : KubeObject
{
    /// <summary>How the kind is to appear.</summary>
    [Proto(2), Required] public CustomResourceDefinitionSpec? Spec { get; init; }

    /// <summary>Which names the kind has got and whether it is served.</summary>
    [Proto(3)] public CustomResourceDefinitionStatus? Status { get; init; }
}

/// <summary>How a user's kind is to appear.</summary>
public sealed record CustomResourceDefinitionSpec
{
    /// <summary>API group of the kind, under /apis. It must match the end of the definition's name.</summary>
    [Proto(1), Required] public string Group { get; init; } = "";

    /// <summary>The names by which the kind is known.</summary>
    [Proto(3), Required] public CustomResourceDefinitionNames? Names { get; init; }

    /// <summary>Whether objects live in a namespace (Namespaced) or belong to the whole cluster (Cluster).</summary>
    [Proto(4), Required] public string Scope { get; init; } = "";

    /// <summary>The versions of the kind. Discovery lists them by their names: stable ones first, then beta, then alpha, higher numbers first.</summary>
    [Proto(7), Required, Atomic] public IReadOnlyList<CustomResourceDefinitionVersion>? Versions { get; init; }

    /// <summary>How an object is turned from one version into another.</summary>
    [Proto(9)] public CustomResourceConversion? Conversion { get; init; }

    /// <summary>Keeps fields that no schema names. Only false is accepted in new definitions; a schema can say the same of single fields.</summary>
    [Proto(10)] public bool? PreserveUnknownFields { get; init; }
}

/// <summary>The names by which a kind is known.</summary>
public sealed record CustomResourceDefinitionNames
{
    /// <summary>Name of the collection in paths, in lower case: /apis/GROUP/VERSION/PLURAL.</summary>
    [Proto(1), Required] public string Plural { get; init; } = "";

    /// <summary>Name of one object, in lower case. By default the kind in lower case.</summary>
    [Proto(2)] public string? Singular { get; init; }

    /// <summary>Short forms for command lines, in lower case.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? ShortNames { get; init; }

    /// <summary>What an object says in kind, usually in CamelCase and singular.</summary>
    [Proto(4), Required] public string Kind { get; init; } = "";

    /// <summary>What a list says in kind. By default the kind with List after it.</summary>
    [Proto(5)] public string? ListKind { get; init; }

    /// <summary>Groups of resources that the kind belongs to, such as all, by which commands may ask for it.</summary>
    [Proto(6), Atomic] public IReadOnlyList<string>? Categories { get; init; }
}

/// <summary>One version of a kind.</summary>
public sealed record CustomResourceDefinitionVersion
{
    /// <summary>Name of the version in paths, such as v1 or v2beta1.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Whether the version can be asked for.</summary>
    [Proto(2), Required] public bool? Served { get; init; }

    /// <summary>Whether objects are stored in this version. True for exactly one.</summary>
    [Proto(3), Required] public bool? Storage { get; init; }

    /// <summary>Whether each answer in this version carries a warning.</summary>
    [Proto(7)] public bool? Deprecated { get; init; }

    /// <summary>The warning's text, instead of the usual one. Only for deprecated versions.</summary>
    [Proto(8, Pointer = true)] public string? DeprecationWarning { get; init; }

    /// <summary>The schema by which objects of this version are checked, pruned and defaulted.</summary>
    [Proto(4)] public CustomResourceValidation? Schema { get; init; }

    /// <summary>What lies under an object of this version.</summary>
    [Proto(5)] public CustomResourceSubresources? Subresources { get; init; }

    /// <summary>Columns of kubectl get after the name. Without any there is one, the age.</summary>
    [Proto(6), Atomic] public IReadOnlyList<CustomResourceColumnDefinition>? AdditionalPrinterColumns { get; init; }

    /// <summary>Fields by which lists and watches can be narrowed; at most eight.</summary>
    [Proto(9), Atomic] public IReadOnlyList<SelectableField>? SelectableFields { get; init; }
}

/// <summary>The schema of a version.</summary>
public sealed record CustomResourceValidation
{
    /// <summary>An OpenAPI v3 schema, which must be structural.</summary>
    [Proto(1)] public JSONSchemaProps? OpenAPIV3Schema { get; init; }
}

/// <summary>A field that a field selector may name.</summary>
public sealed record SelectableField
{
    /// <summary>Plain path of a string, boolean or integer, such as .spec.color. No index and nothing in metadata.</summary>
    [Proto(1), Required] public string JsonPath { get; init; } = "";
}
