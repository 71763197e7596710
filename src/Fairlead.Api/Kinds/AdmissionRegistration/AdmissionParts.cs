using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.AdmissionRegistration.V1;

/// <summary>Where an HTTPS server is: at an address or behind a Service.</summary>
public sealed record WebhookClientConfig
{
    /// <summary>Address of the server, beginning with https://. Neither credentials nor query or fragment may be in it.</summary>
    [Proto(3, Pointer = true)] public string? Url { get; init; }

    /// <summary>The Service behind which the server is. Either this or url is given.</summary>
    [Proto(1)] public ServiceReference? Service { get; init; }

    /// <summary>Certificates, as PEM, by which the server's own is verified. Without any, those that the machine trusts.</summary>
    [Proto(2), Format("byte")] public string? CaBundle { get; init; }
}

/// <summary>A Service, and the path and port at it.</summary>
public sealed record ServiceReference
{
    /// <summary>Namespace of the Service.</summary>
    [Proto(1), Required] public string Namespace { get; init; } = "";

    /// <summary>Name of the Service.</summary>
    [Proto(2), Required] public string Name { get; init; } = "";

    /// <summary>Path to ask at.</summary>
    [Proto(3, Pointer = true)] public string? Path { get; init; }

    /// <summary>Port of the Service; 443 by default.</summary>
    [Proto(4, Pointer = true), Default("443")] public int? Port { get; init; }
}

/// <summary>Requests by what they do and to which resources.</summary>
public sealed record RuleWithOperations
{
    /// <summary>What the requests do: CREATE, UPDATE, DELETE, CONNECT; "*" alone stands for all.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>API groups of the resources, "" for core; "*" alone stands for all.</summary>
    [Proto(2, 1), Atomic] public IReadOnlyList<string>? ApiGroups { get; init; }

    /// <summary>API versions of the resources; "*" alone stands for all.</summary>
    [Proto(2, 2), Atomic] public IReadOnlyList<string>? ApiVersions { get; init; }

    /// <summary>The resources in lower-case plural. pods/log is a subresource, pods/* are all of Pods, */scale all of that name, "*" all resources and "*/*" these with their subresources.</summary>
    [Proto(2, 3), Atomic] public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>Cluster: only what has no namespace. Namespaced: only what has one. "*", the default: both.</summary>
    [Proto(2, 4, Pointer = true), Default("\"*\""), Values("*", "Cluster", "Namespaced")] public string? Scope { get; init; }
}

/// <summary>Requests by what they do, to which resources, and the names of the objects.</summary>
[Atomic]
public sealed record NamedRuleWithOperations
{
    /// <summary>Names of the objects. None: all.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? ResourceNames { get; init; }

    /// <summary>What the requests do: CREATE, UPDATE, DELETE, CONNECT; "*" alone stands for all.</summary>
    [Proto(2, 1), Atomic] public IReadOnlyList<string>? Operations { get; init; }

    /// <summary>API groups of the resources, "" for core; "*" alone stands for all.</summary>
    [Proto(2, 2, 1), Atomic] public IReadOnlyList<string>? ApiGroups { get; init; }

    /// <summary>API versions of the resources; "*" alone stands for all.</summary>
    [Proto(2, 2, 2), Atomic] public IReadOnlyList<string>? ApiVersions { get; init; }

    /// <summary>The resources in lower-case plural. pods/log is a subresource, pods/* are all of Pods, */scale all of that name, "*" all resources and "*/*" these with their subresources.</summary>
    [Proto(2, 2, 3), Atomic] public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>Cluster: only what has no namespace. Namespaced: only what has one. "*", the default: both.</summary>
    [Proto(2, 2, 4, Pointer = true), Default("\"*\""), Values("*", "Cluster", "Namespaced")] public string? Scope { get; init; }
}

/// <summary>A condition that a request must meet, in the Common Expression Language.</summary>
public sealed record MatchCondition
{
    /// <summary>Name of the condition: a qualified name, unique in its list.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>The condition, true or false. It may use object, oldObject, request, namespaceObject, authorizer and authorizer.requestResource; in a policy with a paramKind also params.</summary>
    [Proto(2), Required] public string Expression { get; init; } = "";
}

/// <summary>Requests by what they do, to which resources, and by labels. What the exclusions match is out even if the rules match it.</summary>
[Atomic]
public sealed record MatchResources
{
    /// <summary>Limits the requests to objects whose namespace has such labels; for a Namespace, its own labels. Other objects without a namespace always match.</summary>
    [Proto(1), Default("{}")] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Limits the requests to objects that have such labels before or after them. Whoever writes an object can thereby go around the policy.</summary>
    [Proto(2), Default("{}")] public LabelSelector? ObjectSelector { get; init; }

    /// <summary>The requests: those that any of the rules matches.</summary>
    [Proto(3), Atomic] public IReadOnlyList<NamedRuleWithOperations>? ResourceRules { get; init; }

    /// <summary>Requests that are left out although the rules match them.</summary>
    [Proto(4), Atomic] public IReadOnlyList<NamedRuleWithOperations>? ExcludeResourceRules { get; init; }

    /// <summary>Exact: a request matches only as it was made. Equivalent, the default: it matches too if it changes a resource of the rules by another group or version.</summary>
    [Proto(7, Pointer = true), Default("\"Equivalent\""), Values("Equivalent", "Exact")] public string? MatchPolicy { get; init; }
}
