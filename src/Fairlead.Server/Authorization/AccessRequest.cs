using Fairlead.Server.Authentication;
using Fairlead.Server.Listen;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Authorization;

/// <summary>
/// What someone wants to do: a verb on a resource, served here or not, or on a path that is no resource. Absent parts are
/// empty. What requests, reviews and impersonation are judged by.
/// </summary>
public readonly record struct AccessRequest(UserInfo User, string Verb)
{
    public string Group { get; init; } = "";
    public string Version { get; init; } = "";

    /// <summary>Plural name; empty for a path that is no resource.</summary>
    public string Resource { get; init; } = "";
    public string Subresource { get; init; } = "";

    /// <summary>Empty at the cluster scope.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty for a collection.</summary>
    public string Name { get; init; } = "";

    /// <summary>The field selector of a list, watch or deletion of many, as it was sent.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>The label selector of the same.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>The path, for what is no resource.</summary>
    public string Path { get; init; } = "";

    public bool IsResource => Resource.Length > 0;

    /// <summary>True for what connects with a node, a Pod or a Service.</summary>
    public bool IsStream => StreamSubresources.Has(Subresource);

    /// <summary>True for what ends when its client or what it is about ends (upstream: a long-running request): watches and streams.</summary>
    public bool Lasts => Verb == "watch" || IsStream;

    /// <summary>What a request that was routed asks for.</summary>
    public static AccessRequest Of(UserInfo user, RequestTarget target, ApiCall call)
    {
        if (target.Definition is not { } kind) return new(user, target.Verb) { Path = target.Path };
        var name = target.Name ?? "";
        var isOfMany = target.Verb is "list" or "watch" or "deletecollection";
        var selector = isOfMany ? call.Query["fieldSelector"] ?? "" : "";
        // A list of the one object that a field selector names is judged as a request for that object.
        if (name.Length == 0 && Selected(selector, "metadata.name") is { } selected) name = selected;
        return new(user, target.Verb)
        {
            Group = kind.Group,
            Version = kind.Version,
            Resource = kind.Plural,
            Subresource = target.Subresource,
            Name = name,
            FieldSelector = selector,
            LabelSelector = isOfMany ? call.Query["labelSelector"] ?? "" : "",
            // A namespace lies in itself, so that a RoleBinding can show it to its users.
            Namespace = target.Namespace ?? (kind is { Group: "", Plural: "namespaces" } ? target.Name ?? "" : ""),
        };
    }

    /// <summary>
    /// What a request asks for that is no kind of ours: another server's, or nobody's. That is judged too before it is
    /// answered, so that nobody learns what is served.
    /// </summary>
    public static AccessRequest OfUnknown(UserInfo user, ApiCall call)
    {
        var parts = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var core] when core.Length > 0 => ("", v, core),
            ["apis", var g, var v, .. var named] when named.Length > 0 => (g, v, named),
            _ => ("", "", []),
        };
        if (rest.Length == 0) return new(user, call.Method.ToLowerInvariant()) { Path = call.Path };
        var ns = "";
        if (rest is ["namespaces", var within, _, ..] && rest[2] is not ("status" or "finalize")) (ns, rest) = (within, rest[2..]);
        var name = rest.Length > 1 ? rest[1] : "";
        var verb = call.Method switch
        {
            "GET" or "HEAD" => name.Length > 0 ? "get" : call.Query.Flag("watch") ? "watch" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
            var other => other.ToLowerInvariant(),
        };
        var isOfMany = verb is "list" or "watch" or "deletecollection";
        var selector = isOfMany ? call.Query["fieldSelector"] ?? "" : "";
        if (name.Length == 0 && Selected(selector, "metadata.name") is { } selected) name = selected;
        return new(user, verb)
        {
            Group = group, Version = version, Resource = rest[0], Namespace = ns, Name = name, Subresource = rest.Length > 2 ? rest[2] : "",
            FieldSelector = selector, LabelSelector = isOfMany ? call.Query["labelSelector"] ?? "" : "",
        };
    }

    /// <summary>The words in which a refusal names the request, as upstream writes them.</summary>
    public string Describe()
    {
        if (!IsResource) return $"User \"{User.Name}\" cannot {Verb} path \"{Path}\"";
        var resource = Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
        var where = Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{Namespace}\"";
        return $"User \"{User.Name}\" cannot {Verb} resource \"{resource}\" in API group \"{Group}\" {where}";
    }

    /// <summary>True if only objects are asked for whose field has the value.</summary>
    public bool Selects(string field, string value) => Selected(FieldSelector, field) == value;

    /// <summary>The value that a selector demands of a field; null if it demands none.</summary>
    static string? Selected(string selector, string field)
    {
        if (selector.Length == 0) return null;
        foreach (var term in selector.Split(','))
        {
            if (term.StartsWith(field, StringComparison.Ordinal) && term.Length > field.Length && term[field.Length] == '=') return term[(field.Length + 1)..].TrimStart('=');
        }
        return null;
    }
}
