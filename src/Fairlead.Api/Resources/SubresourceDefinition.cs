namespace Fairlead.Api.Resources;

/// <summary>What lies under an object, as discovery and OpenAPI publish it.</summary>
/// <param name="Name">Last part of the path, such as scale.</param>
/// <param name="Group">Group of the kind it speaks, empty for core; that of the resource if it is the resource's own kind.</param>
/// <param name="Version">Version of that kind.</param>
/// <param name="Kind">The kind it speaks.</param>
/// <param name="Verbs">Verbs in discovery's order.</param>
public sealed record SubresourceDefinition(string Name, string Group, string Version, string Kind, IReadOnlyList<string> Verbs)
{
    static readonly IReadOnlyList<string> ReadWrite = ["get", "patch", "update"];
    static readonly IReadOnlyList<string> Proxied = ["create", "delete", "get", "patch", "update"];
    static readonly IReadOnlyList<string> Streamed = ["create", "get"];

    /// <summary>Every subresource of a kind, by name: its status, those of the kinds upstream, and those it states itself.</summary>
    public static IReadOnlyList<SubresourceDefinition> Of(ResourceDefinition kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var list = new List<SubresourceDefinition>(kind.Subresources);
        if (kind.HasStatus) list.Add(Own(kind, "status", ReadWrite));
        list.AddRange((kind.Group, kind.Plural) switch
        {
            ("", "pods") => Pod(kind),
            ("", "nodes") => [new("proxy", "", "v1", "NodeProxyOptions", Proxied)],
            ("", "services") => [new("proxy", "", "v1", "ServiceProxyOptions", Proxied)],
            ("", "namespaces") => [Own(kind, "finalize", ["update"])],
            ("", "serviceaccounts") => [new("token", "authentication.k8s.io", "v1", "TokenRequest", ["create"])],
            ("apps", "deployments" or "replicasets" or "statefulsets") or ("", "replicationcontrollers") =>
                [new("scale", "autoscaling", "v1", "Scale", ReadWrite)],
            _ => (SubresourceDefinition[])[],
        });
        return [.. list.DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal)];
    }

    static SubresourceDefinition[] Pod(ResourceDefinition pod) =>
    [
        new("attach", "", "v1", "PodAttachOptions", Streamed),
        new("binding", "", "v1", "Binding", ["create"]),
        Own(pod, "ephemeralcontainers", ReadWrite),
        new("eviction", "policy", "v1", "Eviction", ["create"]),
        new("exec", "", "v1", "PodExecOptions", Streamed),
        Own(pod, "log", ["get"]),
        new("portforward", "", "v1", "PodPortForwardOptions", Streamed),
        new("proxy", "", "v1", "PodProxyOptions", Proxied),
    ];

    static SubresourceDefinition Own(ResourceDefinition kind, string name, IReadOnlyList<string> verbs) =>
        new(name, kind.Group, kind.Version, kind.Kind, verbs);
}
