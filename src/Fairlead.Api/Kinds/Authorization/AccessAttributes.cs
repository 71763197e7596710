using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Authorization.V1;

/// <summary>What is to be done to a resource.</summary>
public sealed record ResourceAttributes
{
    /// <summary>Namespace of the object. Empty: all namespaces, or a resource that has none.</summary>
    [Proto(1)] public string? Namespace { get; init; }

    /// <summary>What is to be done, such as get, list, watch, create, update, patch or delete; "*" means everything.</summary>
    [Proto(2)] public string? Verb { get; init; }

    /// <summary>API group of the resource; "*" means all.</summary>
    [Proto(3)] public string? Group { get; init; }

    /// <summary>API version of the resource; "*" means all.</summary>
    [Proto(4)] public string? Version { get; init; }

    /// <summary>The resource, such as pods; "*" means all.</summary>
    [Proto(5)] public string? Resource { get; init; }

    /// <summary>The subresource, such as log; empty for none.</summary>
    [Proto(6)] public string? Subresource { get; init; }

    /// <summary>Name of the object; empty for all.</summary>
    [Proto(7)] public string? Name { get; init; }

    /// <summary>Limits the access to objects with such fields. It never widens it.</summary>
    [Proto(8)] public FieldSelectorAttributes? FieldSelector { get; init; }

    /// <summary>Limits the access to objects with such labels. It never widens it.</summary>
    [Proto(9)] public LabelSelectorAttributes? LabelSelector { get; init; }
}

/// <summary>What is to be done to a path that is no resource.</summary>
public sealed record NonResourceAttributes
{
    /// <summary>The path, such as /metrics.</summary>
    [Proto(1)] public string? Path { get; init; }

    /// <summary>The method of HTTP in small letters.</summary>
    [Proto(2)] public string? Verb { get; init; }
}

/// <summary>A field selector, as text or read already, not both.</summary>
public sealed record FieldSelectorAttributes
{
    /// <summary>The selector as it stands in a query.</summary>
    [Proto(1)] public string? RawSelector { get; init; }

    /// <summary>Requirements that must all be met.</summary>
    [Proto(2), Atomic] public IReadOnlyList<FieldSelectorRequirement>? Requirements { get; init; }
}

/// <summary>One requirement on one field.</summary>
public sealed record FieldSelectorRequirement
{
    /// <summary>The field.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>How the field's value relates to values: In, NotIn, Exists or DoesNotExist.</summary>
    [Proto(2), Required] public string Operator { get; init; } = "";

    /// <summary>The values of In and NotIn.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>A label selector, as text or read already, not both.</summary>
public sealed record LabelSelectorAttributes
{
    /// <summary>The selector as it stands in a query.</summary>
    [Proto(1)] public string? RawSelector { get; init; }

    /// <summary>Requirements that must all be met.</summary>
    [Proto(2), Atomic] public IReadOnlyList<LabelSelectorRequirement>? Requirements { get; init; }
}
