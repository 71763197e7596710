using System.Text.Json.Nodes;

namespace Fairlead.Server.Authorization;

/// <summary>A request as the spec of a SubjectAccessReview (authorization.k8s.io/v1).</summary>
static class ReviewSpec
{
    /// <summary>As it is sent: what is empty is left out.</summary>
    public static JsonObject Brief(in AccessRequest request)
    {
        var spec = new JsonObject();
        if (request.IsResource)
        {
            var about = Filled(Resource(request));
            if (Selector(request.FieldSelector) is { } selector) about["fieldSelector"] = new JsonObject { ["requirements"] = selector };
            spec["resourceAttributes"] = about;
        }
        else spec["nonResourceAttributes"] = Filled(("path", request.Path), ("verb", request.Verb));
        var user = request.User;
        spec["user"] = user.Name;
        if (user.Groups.Count > 0) spec["groups"] = List(user.Groups);
        if (user.Extra is { Count: > 0 } extra) spec["extra"] = new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)List(e.Value))));
        if (user.Uid is { Length: > 0 } uid) spec["uid"] = uid;
        return spec;
    }

    /// <summary>As expressions see it: every text is there.</summary>
    public static JsonObject Whole(in AccessRequest request)
    {
        var spec = Brief(request);
        if (spec["resourceAttributes"] is JsonObject about)
        {
            foreach (var (field, value) in Resource(request)) about[field] = value;
        }
        else spec["nonResourceAttributes"] = new JsonObject { ["path"] = request.Path, ["verb"] = request.Verb };
        spec.TryAdd("groups", new JsonArray());
        spec.TryAdd("extra", new JsonObject());
        spec.TryAdd("uid", "");
        return spec;
    }

    static (string Field, string Value)[] Resource(in AccessRequest request) =>
    [
        ("namespace", request.Namespace), ("verb", request.Verb), ("group", request.Group), ("version", request.Version),
        ("resource", request.Resource), ("subresource", request.Subresource), ("name", request.Name),
    ];

    /// <summary>The requirements of a field selector (KEP-4601); null if there are none, or it is no selector.</summary>
    static JsonArray? Selector(string text)
    {
        if (text.Length == 0) return null;
        var requirements = new JsonArray();
        foreach (var term in text.Split(','))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) return null;
            var isNot = term[at - 1] == '!';
            var (key, value) = (isNot ? term[..(at - 1)] : term[..at], term[(at + 1)..]);
            if (!isNot && value.StartsWith('=')) value = value[1..];
            requirements.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = isNot ? "NotIn" : "In", ["values"] = new JsonArray(value) });
        }
        return requirements;
    }

    static JsonObject Filled(params (string Field, string Value)[] fields) => new(fields.Where(f => f.Value.Length > 0).Select(f => KeyValuePair.Create(f.Field, (JsonNode?)f.Value)));

    static JsonArray List(IEnumerable<string> texts) => new(texts.Select(t => (JsonNode?)t).ToArray());
}
