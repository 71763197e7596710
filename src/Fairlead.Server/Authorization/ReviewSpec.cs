using Fairlead.Api.Selectors;
using Fairlead.Json;

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
            if (Fields(request.FieldSelector) is { Count: > 0 } fields) about["fieldSelector"] = new JsonObject { ["requirements"] = fields };
            if (Labels(request.LabelSelector) is { Count: > 0 } labels) about["labelSelector"] = new JsonObject { ["requirements"] = labels };
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

    /// <summary>The requirements of a field selector (KEP-4601); none if it is no selector, which the request will be told.</summary>
    static JsonArray Fields(string text)
    {
        try { return [.. FieldSelectorText.Parse(text).Terms.Select(t => Requirement(t.Field, t.Equal ? "In" : "NotIn", [t.Value]))]; }
        catch (SelectorException) { return []; }
    }

    /// <summary>The same of a label selector. Comparisons of numbers have no form there.</summary>
    static JsonArray Labels(string text)
    {
        try
        {
            return [.. LabelSelectorText.Parse(text).Requirements.Where(r => Operator(r.Operator) is not null).Select(r => Requirement(r.Key, Operator(r.Operator)!, r.Values))];
        }
        catch (SelectorException) { return []; }
    }

    static string? Operator(LabelOperator operation) => operation switch
    {
        LabelOperator.Equals or LabelOperator.DoubleEquals or LabelOperator.In => "In",
        LabelOperator.NotEquals or LabelOperator.NotIn => "NotIn",
        LabelOperator.Exists => "Exists",
        LabelOperator.DoesNotExist => "DoesNotExist",
        _ => null,
    };

    static JsonNode Requirement(string key, string operation, IReadOnlyList<string> values)
    {
        var requirement = new JsonObject { ["key"] = key, ["operator"] = operation };
        if (values.Count > 0) requirement["values"] = List(values);
        return requirement;
    }

    static JsonObject Filled(params (string Field, string Value)[] fields) => new(fields.Where(f => f.Value.Length > 0).Select(f => KeyValuePair.Create(f.Field, (JsonNode?)f.Value)));

    static JsonArray List(IEnumerable<string> texts) => new(texts.Select(t => (JsonNode?)t).ToArray());
}
