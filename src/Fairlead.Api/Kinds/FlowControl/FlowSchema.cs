using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.FlowControl.V1;

/// <summary>Says which requests belong together and with which priority they are served (KEP-1040).</summary>
[Kind("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", Namespaced = false)]
public sealed record FlowSchema : KubeObject
{
    /// <summary>The requests, and their priority level.</summary>
    [Proto(2)] public FlowSchemaSpec? Spec { get; init; }

    /// <summary>Whether the priority level is there.</summary>
    [Proto(3)] public FlowSchemaStatus? Status { get; init; }
}

/// <summary>Which requests a schema takes and where it sends them.</summary>
public sealed record FlowSchemaSpec
{
    /// <summary>The priority level of the requests.</summary>
    [Proto(1), Required] public PriorityLevelConfigurationReference? PriorityLevelConfiguration { get; init; }

    /// <summary>A request belongs to the schema with the lowest number among those that match; 1 to 10000, 1000 if not given.</summary>
    [Proto(2), Required, Default("1000")] public int MatchingPrecedence { get; init; }

    /// <summary>What tells the flows within the schema apart. Without it all requests are one flow.</summary>
    [Proto(3)] public FlowDistinguisherMethod? DistinguisherMethod { get; init; }

    /// <summary>The requests: those that any of these rules matches. None: no request.</summary>
    [Proto(4), Atomic] public IReadOnlyList<PolicyRulesWithSubjects>? Rules { get; init; }
}

/// <summary>Names a priority level.</summary>
public sealed record PriorityLevelConfigurationReference
{
    /// <summary>Name of the PriorityLevelConfiguration.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>What tells flows apart.</summary>
public sealed record FlowDistinguisherMethod
{
    /// <summary>ByUser or ByNamespace.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";
}

/// <summary>Some users, and what of theirs is meant: a request of any of the subjects that any of the rules matches.</summary>
public sealed record PolicyRulesWithSubjects
{
    /// <summary>Who sends the requests; at least one. A ServiceAccount named "*" stands for all of its namespace.</summary>
    [Proto(1), Required, Atomic] public IReadOnlyList<Subject>? Subjects { get; init; }

    /// <summary>Requests for resources.</summary>
    [Proto(2), Atomic] public IReadOnlyList<ResourcePolicyRule>? ResourceRules { get; init; }

    /// <summary>Requests for paths that are no resource.</summary>
    [Proto(3), Atomic] public IReadOnlyList<NonResourcePolicyRule>? NonResourceRules { get; init; }
}

/// <summary>A user, a group or a ServiceAccount; kind says which of the three fields is set.</summary>
public sealed record Subject
{
    /// <summary>User, Group or ServiceAccount.</summary>
    [Proto(1), Required] public string Kind { get; init; } = "";

    /// <summary>The user, by name.</summary>
    [Proto(2)] public UserSubject? User { get; init; }

    /// <summary>The group, by name.</summary>
    [Proto(3)] public GroupSubject? Group { get; init; }

    /// <summary>The ServiceAccount.</summary>
    [Proto(4)] public ServiceAccountSubject? ServiceAccount { get; init; }
}

/// <summary>A user by name.</summary>
public sealed record UserSubject
{
    /// <summary>Name of the user; "*" stands for all.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>A group by name.</summary>
public sealed record GroupSubject
{
    /// <summary>Name of the group; "*" stands for all.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";
}

/// <summary>A ServiceAccount by namespace and name.</summary>
public sealed record ServiceAccountSubject
{
    /// <summary>Namespace of the account.</summary>
    [Proto(1), Required] public string Namespace { get; init; } = "";

    /// <summary>Name of the account; "*" stands for all of the namespace.</summary>
    [Proto(2), Required] public string Name { get; init; } = "";
}

/// <summary>Matches requests for resources: by verb, group, resource and where the object lies.</summary>
public sealed record ResourcePolicyRule
{
    /// <summary>The verbs; "*" alone stands for all.</summary>
    [Proto(1), Required, ListSet] public IReadOnlyList<string>? Verbs { get; init; }

    /// <summary>The API groups, "" for core; "*" alone stands for all.</summary>
    [Proto(2), Required, ListSet] public IReadOnlyList<string>? ApiGroups { get; init; }

    /// <summary>The resources in lower-case plural, with their subresource if one is meant, such as nodes/status; "*" alone stands for all.</summary>
    [Proto(3), Required, ListSet] public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>Whether requests that name no namespace match.</summary>
    [Proto(4)] public bool? ClusterScope { get; init; }

    /// <summary>The namespaces; "*" alone stands for all. None: only requests without a namespace, if clusterScope is true.</summary>
    [Proto(5), ListSet] public IReadOnlyList<string>? Namespaces { get; init; }
}

/// <summary>Matches requests for paths that are no resource.</summary>
public sealed record NonResourcePolicyRule
{
    /// <summary>The verbs; "*" alone stands for all.</summary>
    [Proto(1), Required, ListSet] public IReadOnlyList<string>? Verbs { get; init; }

    /// <summary>The paths, such as /healthz; /healthz/* stands for what lies under it, "*" alone for every path.</summary>
    [Proto(6), Required, ListSet] public IReadOnlyList<string>? NonResourceURLs { get; init; }
}

/// <summary>What is known of a schema.</summary>
public sealed record FlowSchemaStatus
{
    /// <summary>The current state: Dangling tells whether the priority level is missing.</summary>
    [Proto(1), ListMap("type")] public IReadOnlyList<FlowSchemaCondition>? Conditions { get; init; }
}

/// <summary>One aspect of a schema's state.</summary>
public sealed record FlowSchemaCondition
{
    /// <summary>Name of the condition.</summary>
    [Proto(1)] public string? Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    [Proto(2)] public string? Status { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(3)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word that says why, for programs.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Details, for people.</summary>
    [Proto(5)] public string? Message { get; init; }
}
