using Fairlead.Json;
using Fairlead.Server.Authorization;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Auditing;

/// <summary>One rule of an audit policy: which requests it is for, and what it says of them. Lists that are empty are for all.</summary>
sealed class AuditRule
{
    static readonly string[] Known = ["level", "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs", "omitStages", "omitManagedFields"];
    static readonly string[] KnownOfResources = ["group", "resources", "resourceNames"];

    readonly string[] users, groups, verbs, namespaces, urls;
    readonly (string Group, string[] Resources, string[] Names)[] resources;

    AuditRule(JsonObject rule, string at, IEnumerable<string> omitStages, bool omitManagedFields)
    {
        (users, groups, verbs) = (Texts(rule, "users", at), Texts(rule, "userGroups", at), Texts(rule, "verbs", at));
        (namespaces, urls) = (Texts(rule, "namespaces", at), Texts(rule, "nonResourceURLs", at));
        resources = [.. (rule.Array("resources") ?? []).Select((r, i) => Resource(r as JsonObject, $"{at}.resources[{i}]"))];
        Decision = new(Level(rule, at), omitStages.ToHashSet(StringComparer.Ordinal), rule.Flag("omitManagedFields") ?? omitManagedFields);
    }

    public AuditDecision Decision { get; }

    /// <exception cref="FormatException">The rule makes no sense; the message says where.</exception>
    public static AuditRule Read(JsonObject? rule, string at, IReadOnlyList<string> omitStages, bool omitManagedFields)
    {
        if (rule is null) throw new FormatException($"{at}: it is no object");
        AuditPolicy.CheckFields(rule, Known, at);
        var made = new AuditRule(rule, at, omitStages.Concat(AuditPolicy.Stages(rule, at)), omitManagedFields);
        if (made.urls.Length > 0 && (made.resources.Length > 0 || made.namespaces.Length > 0))
            throw new FormatException($"{at}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs");
        for (var i = 0; i < made.urls.Length; i++)
        {
            var url = made.urls[i];
            if (url == "*") continue;
            if (!url.StartsWith('/')) throw new FormatException($"{at}.nonResourceURLs[{i}]: \"{url}\": non-resource URL rules must begin with a '/' character");
            if (url.TrimEnd('*').Contains('*') || url.Length - url.TrimEnd('*').Length > 1) throw new FormatException($"{at}.nonResourceURLs[{i}]: \"{url}\": non-resource URL wildcards '*' must be the final character of the rule");
        }
        return made;
    }

    public bool Matches(in AccessRequest request)
    {
        if (users.Length > 0 && !users.Contains(request.User.Name)) return false;
        if (groups.Length > 0 && !request.User.Groups.Any(groups.Contains)) return false;
        if (verbs.Length > 0 && !verbs.Contains(request.Verb)) return false;
        if (namespaces.Length > 0 || resources.Length > 0) return MatchesResource(request);
        return urls.Length == 0 || (!request.IsResource && MatchesPath(request.Path));
    }

    bool MatchesResource(in AccessRequest request)
    {
        if (!request.IsResource) return false;
        if (namespaces.Length > 0 && !namespaces.Contains(request.Namespace)) return false;
        if (resources.Length == 0) return true;
        foreach (var (group, plurals, names) in resources)
        {
            if (group != request.Group) continue;
            if (plurals.Length == 0) return true;
            if (names.Length > 0 && !names.Contains(request.Name)) continue;
            foreach (var plural in plurals)
            {
                if (Covers(plural, request.Resource, request.Subresource)) return true;
            }
        }
        return false;
    }

    /// <summary>pods, pods/log, pods/* (all subresources), */log, and * for everything.</summary>
    static bool Covers(string rule, string resource, string subresource)
    {
        if (rule == "*") return true;
        var slash = rule.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return subresource.Length == 0 && rule == resource;
        var ofResource = rule.AsSpan(0, slash);
        var ofSubresource = rule.AsSpan(slash + 1);
        if (ofSubresource is "*") return ofResource.SequenceEqual(resource); // as upstream: with the resource itself
        return ofSubresource.SequenceEqual(subresource) && (ofResource is "*" || ofResource.SequenceEqual(resource));
    }

    bool MatchesPath(string path)
    {
        foreach (var url in urls)
        {
            if (url.EndsWith('*') ? path.AsSpan().StartsWith(url.AsSpan(0, url.Length - 1), StringComparison.Ordinal) : url == path) return true;
        }
        return false;
    }

    static AuditLevel Level(JsonObject rule, string at) => rule.Text("level") switch
    {
        "None" => AuditLevel.None,
        "Metadata" => AuditLevel.Metadata,
        "Request" => AuditLevel.Request,
        "RequestResponse" => AuditLevel.RequestResponse,
        null => throw new FormatException($"{at}.level: Required value"),
        var other => throw new FormatException($"{at}.level: Unsupported value: \"{other}\": supported values: \"None\", \"Metadata\", \"Request\", \"RequestResponse\""),
    };

    static (string, string[], string[]) Resource(JsonObject? rule, string at)
    {
        if (rule is null) throw new FormatException($"{at}: it is no object");
        AuditPolicy.CheckFields(rule, KnownOfResources, at);
        var (group, plurals, names) = (rule.Text("group") ?? "", Texts(rule, "resources", at), Texts(rule, "resourceNames", at));
        if (group.Contains('/', StringComparison.Ordinal)) throw new FormatException($"{at}.group: \"{group}\": a group without version is expected, such as apps");
        if (names.Length > 0 && plurals.Length == 0) throw new FormatException($"{at}.resourceNames: using resourceNames requires at least one resource");
        return (group, plurals, names);
    }

    static string[] Texts(JsonObject rule, string field, string at)
    {
        var texts = rule.Texts(field).ToArray();
        return rule[field] is null || (rule[field] as JsonArray)?.Count == texts.Length ? texts : throw new FormatException($"{at}.{field}: a list of strings is expected");
    }
}
