using Fairlead.Api.Rbac.V1;
using Fairlead.Server.Authorization.Rbac;

namespace Fairlead.Server.Authorization.Nodes;

/// <summary>
/// Allows a node what it needs for itself and its Pods: to read the Secrets, ConfigMaps, claims and volumes that they
/// refer to, its own Node, Lease and CSINode, tokens for their ServiceAccounts, and the rest as the role system:node
/// says. It never denies: what it does not allow, roles may (Kubernetes documentation, Using Node Authorization; KEP-4601).
/// </summary>
public sealed class NodeAuthorizer(NodeGraph graph) : IAuthorizer
{
    const string LeaseNamespace = "kube-node-lease";

    /// <summary>A binding may reach its node a moment before it reaches the graph.</summary>
    static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(10);

    static readonly PolicyRule[] Rules = DefaultRoles.NodeRules();
    static readonly Decision Yes = new(Verdict.Allow, "");

    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
    {
        if (NodeIdentity.Of(request.User) is not { } node) return new(Decision.NoOpinion);
        if (node.Length == 0) return new(No($"unknown node for user \"{request.User.Name}\""));
        return (request.Group, request.Resource) switch
        {
            ("", "secrets") => ReadNamespaced(node, ReferredKind.Secret, request, cancellation),
            ("", "configmaps") => ReadNamespaced(node, ReferredKind.ConfigMap, request, cancellation),
            ("", "persistentvolumeclaims") when request.Subresource == "status" => ClaimStatus(node, request, cancellation),
            ("", "persistentvolumeclaims") => Get(node, ReferredKind.Claim, request, cancellation),
            ("", "persistentvolumes") => Get(node, ReferredKind.Volume, request, cancellation),
            ("storage.k8s.io", "volumeattachments") => Get(node, ReferredKind.Attachment, request, cancellation),
            ("", "serviceaccounts") => Token(node, request, cancellation),
            ("coordination.k8s.io", "leases") => new(Lease(node, request)),
            ("storage.k8s.io", "csinodes") => new(CsiNode(node, request)),
            ("", "nodes") => new(Node(node, request)),
            ("", "pods") => Pod(node, request, cancellation),
            _ => new(Array.Exists(Rules, r => RuleMatch.Allows(r, request)) ? Yes : Decision.NoOpinion),
        };
    }

    ValueTask<Decision> ReadNamespaced(string node, ReferredKind kind, in AccessRequest request, CancellationToken cancellation) =>
        request.Verb is not ("get" or "list" or "watch") ? new(No("can only read resources of this type"))
        : request.Subresource.Length > 0 ? new(No("cannot read subresource"))
        : request.Namespace.Length == 0 ? new(No("can only read namespaced object of this type"))
        : Related(node, kind, request, cancellation);

    ValueTask<Decision> Get(string node, ReferredKind kind, in AccessRequest request, CancellationToken cancellation) =>
        request.Verb != "get" || request.Name.Length == 0 ? new(No("can only get individual resources of this type"))
        : request.Subresource.Length > 0 ? new(No("cannot get subresource"))
        : Related(node, kind, request, cancellation);

    ValueTask<Decision> ClaimStatus(string node, in AccessRequest request, CancellationToken cancellation) =>
        request.Verb is "update" or "patch" ? Related(node, ReferredKind.Claim, request, cancellation) : new(No("can only get/update/patch this type"));

    ValueTask<Decision> Token(string node, in AccessRequest request, CancellationToken cancellation) =>
        request.Verb != "create" || request.Name.Length == 0 ? new(No("can only create tokens for individual service accounts"))
        : request.Subresource != "token" ? new(No("can only create token subresource of serviceaccount"))
        : Related(node, ReferredKind.ServiceAccount, request, cancellation);

    static Decision Lease(string node, in AccessRequest request) =>
        request.Verb is not ("get" or "create" or "update" or "patch" or "delete") ? No("can only get, create, update, patch, or delete a node lease")
        : request.Namespace != LeaseNamespace ? No($"can only access leases in the \"{LeaseNamespace}\" system namespace")
        // The name of what is being created is not known here; NodeRestriction sees it.
        : request.Verb != "create" && request.Name != node ? No("can only access node lease with the same name as the requesting node")
        : Yes;

    static Decision CsiNode(string node, in AccessRequest request) =>
        request.Verb is not ("get" or "create" or "update" or "patch" or "delete") ? No("can only get, create, update, patch, or delete a CSINode")
        : request.Subresource.Length > 0 ? No("cannot authorize CSINode subresources")
        : request.Verb != "create" && request.Name != node ? No("can only access CSINode with the same name as the requesting node")
        : Yes;

    /// <summary>Which Node is written is NodeRestriction's to say.</summary>
    static Decision Node(string node, in AccessRequest request) => (request.Subresource, request.Verb) switch
    {
        ("", "create" or "update" or "patch") or ("status", "update" or "patch") => Yes,
        ("", "get" or "list" or "watch") =>
            request.Name == node ? Yes
            : request.Name.Length == 0 ? No($"node '{node}' cannot read all nodes, only its own Node object")
            : No($"node '{node}' cannot read '{request.Name}', only its own Node object"),
        _ => Decision.NoOpinion,
    };

    ValueTask<Decision> Pod(string node, in AccessRequest request, CancellationToken cancellation) => (request.Subresource, request.Verb) switch
    {
        ("", "get") => Get(node, ReferredKind.Pod, request, cancellation),
        ("", "list" or "watch") when request.Selects("spec.nodeName", node) => new(Yes),
        ("", "list" or "watch") when request.Name.Length > 0 => Related(node, ReferredKind.Pod, request, cancellation),
        ("", "list" or "watch") => new(No("can only list/watch pods with spec.nodeName field selector")),
        ("", "create" or "delete") or ("status", "update" or "patch") or ("eviction", "create") => new(Yes),
        _ => new(Decision.NoOpinion),
    };

    ValueTask<Decision> Related(string node, ReferredKind kind, in AccessRequest request, CancellationToken cancellation)
    {
        if (request.Name.Length == 0) return new(No("No Object name found"));
        var to = new Referred(kind, request.Namespace, request.Name);
        return graph.Leads(node, to) ? new(Yes) : AgainAsync(node, to, cancellation);
    }

    async ValueTask<Decision> AgainAsync(string node, Referred to, CancellationToken cancellation)
    {
        await Task.Delay(Lag, cancellation).ConfigureAwait(false);
        return graph.Leads(node, to) ? Yes : No($"no relationship found between node '{node}' and this object");
    }

    static Decision No(string reason) => new(Verdict.NoOpinion, reason);
}
