using Fairlead.Api.Errors;
using Fairlead.Api.Rbac.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Authorization.Rbac;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>The reviews of authorization.k8s.io: the authorizer's answer for whoever is asked about, and a list of one's own rules.</summary>
public sealed class AccessReviews(ConfiguredAuthorizer authorizer, RbacPolicy policy, AdmissionChain admission) : ISubresource
{
    public string Name => "";

    public bool Serves(ResourceDefinition kind) => kind.Group == "authorization.k8s.io";

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "create") throw Refuse.MethodNotAllowed();
        var review = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        (review["apiVersion"], review["kind"]) = (context.Kind.ApiVersion, context.Kind.Kind);
        review.Metadata().TryAdd("creationTimestamp", null);
        await admission.AdmitAsync(AdmissionOperation.Create, context, review, null, cancellation).ConfigureAwait(false);
        review["status"] = context.Kind.Plural == "selfsubjectrulesreviews"
            ? Rules(context, review.Object("spec").Text("namespace") ?? throw Refuse.BadRequest("no namespace on request"))
            : await AccessAsync(context, review, cancellation).ConfigureAwait(false);
        return ApiAnswer.Of(StoredObject.Bytes(review), 201);
    }

    async ValueTask<JsonObject> AccessAsync(WriteContext context, JsonObject review, CancellationToken cancellation)
    {
        var spec = review.Object("spec") ?? [];
        Check(context, review, spec);
        var user = context.Kind.Plural == "selfsubjectaccessreviews" ? context.User : Subject(spec);
        var decision = await authorizer.AuthorizeAsync(Request(user, spec), cancellation).ConfigureAwait(false);
        var status = new JsonObject { ["allowed"] = decision.IsAllowed };
        if (decision.Verdict == Verdict.Deny) status["denied"] = true;
        if (decision.Reason.Length > 0) status["reason"] = decision.Reason;
        if (decision.Error is { } error) status["evaluationError"] = error;
        return status;
    }

    static void Check(WriteContext context, JsonObject review, JsonObject spec)
    {
        var errors = new FieldErrors();
        var (resource, path) = (spec.Object("resourceAttributes"), spec.Object("nonResourceAttributes"));
        if (context.Kind.Plural == "localsubjectaccessreviews" && context.Namespace is { } ns)
        {
            if (resource is not null && resource.Text("namespace") is null) resource["namespace"] = ns;
            if (resource is not null && resource.Text("namespace") != ns) throw Refuse.BadRequest($"spec.resourceAttributes.namespace must match namespace: {ns}");
            if (path is not null) errors.Invalid("spec.nonResourceAttributes", path.ToJsonString(), "disallowed on this kind of request");
        }
        if (resource is not null && path is not null) errors.Invalid("spec.nonResourceAttributes", path.ToJsonString(), "cannot be specified in combination with resourceAttributes");
        if (resource is null && path is null) errors.Invalid("spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        if (context.Kind.Plural != "selfsubjectaccessreviews" && spec.Text("user") is null && !spec.Texts("groups").Any())
            errors.Invalid("spec.user", "", "at least one of user or group must be specified");
        ObjectChecks.ThrowIfAny(context.Kind, review, errors);
    }

    static UserInfo Subject(JsonObject spec) => new(spec.Text("user") ?? "", [.. spec.Texts("groups")], spec.Text("uid"))
    {
        Extra = spec.Object("extra")?.ToDictionary(e => e.Key, e => (IReadOnlyList<string>)[.. spec.Object("extra").Texts(e.Key)]),
    };

    static AccessRequest Request(UserInfo user, JsonObject spec)
    {
        if (spec.Object("nonResourceAttributes") is { } path) return new(user, path.Text("verb") ?? "") { Path = path.Text("path") ?? "" };
        var resource = spec.Object("resourceAttributes");
        return new(user, resource.Text("verb") ?? "")
        {
            Group = resource.Text("group") ?? "",
            Version = resource.Text("version") ?? "",
            Resource = resource.Text("resource") ?? "",
            Subresource = resource.Text("subresource") ?? "",
            Namespace = resource.Text("namespace") ?? "",
            Name = resource.Text("name") ?? "",
            FieldSelector = Selector(resource.Object("fieldSelector")),
            LabelSelector = Selector(resource.Object("labelSelector")),
        };
    }

    /// <summary>As a request would send it; of requirements only those that demand one value, which others cannot be judged by (KEP-4601).</summary>
    static string Selector(JsonObject? selector) => selector.Text("rawSelector") ?? string.Join(',', (selector.Array("requirements") ?? []).OfType<JsonObject>()
        .Where(r => r.Text("operator") == "In" && r.Texts("values").Count() == 1).Select(r => $"{r.Text("key")}={r.Texts("values").First()}"));

    JsonObject Rules(WriteContext context, string ns)
    {
        var (resources, paths) = (new JsonArray(), new JsonArray());
        foreach (var rule in authorizer.AsksRoles ? policy.Table.RulesFor(context.User, ns) : [])
        {
            var isPath = rule.NonResourceURLs is { Count: > 0 };
            var entry = new JsonObject { ["verbs"] = List(rule.Verbs) };
            (string Name, IReadOnlyList<string>? Values)[] fields = isPath
                ? [("nonResourceURLs", rule.NonResourceURLs)]
                : [("apiGroups", rule.ApiGroups), ("resources", rule.Resources), ("resourceNames", rule.ResourceNames)];
            foreach (var (name, values) in fields.Where(f => f.Values is { Count: > 0 })) entry[name] = List(values);
            (isPath ? paths : resources).Add((JsonNode)entry);
        }
        var rules = new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = authorizer.AsksWebhooks };
        if (authorizer.AsksWebhooks) rules["evaluationError"] = "webhook authorizer does not support user rule resolution";
        return rules;
    }

    static JsonArray List(IReadOnlyList<string>? texts) => [.. (texts ?? []).Select(t => (JsonNode)t)];
}
