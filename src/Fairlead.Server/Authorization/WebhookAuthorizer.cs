using System.Text.Json.Nodes;
using Fairlead.Server.Authentication;
using Fairlead.Server.Registry;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Authorization;

/// <summary>
/// Asks another server, by SubjectAccessReview of authorization.k8s.io/v1. Source: Kubernetes documentation, Webhook Mode.
/// </summary>
/// <param name="failed">Told when the webhook can't be asked.</param>
public sealed class WebhookAuthorizer(ReviewClient webhook, TimeProvider clock, Action<string> failed) : IAuthorizer
{
    readonly AnswerCache<string, Decision> cache = new(clock);

    /// <summary>What is said when the webhook can't be asked: nothing (failurePolicy NoOpinion) or no (Deny).</summary>
    public Verdict OnFailure { get; init; } = Verdict.NoOpinion;

    /// <summary>How long a yes counts (--authorization-webhook-cache-authorized-ttl).</summary>
    public TimeSpan AllowedLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long another answer does (--authorization-webhook-cache-unauthorized-ttl).</summary>
    public TimeSpan RefusedLifetime { get; init; } = TimeSpan.FromSeconds(30);

    public async ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
    {
        var spec = Describe(request);
        var key = spec.ToJsonString();
        if (cache.TryGet(key, out var known)) return known;
        try
        {
            var status = await webhook.AskAsync(new() { ["apiVersion"] = "authorization.k8s.io/v1", ["kind"] = "SubjectAccessReview", ["spec"] = spec }, cancellation).ConfigureAwait(false);
            var decision = Decide(status);
            // A long request is not worth its place.
            if (key.Length < 10_000) cache.Keep(key, decision, decision.IsAllowed ? AllowedLifetime : RefusedLifetime);
            return decision;
        }
        catch (WebhookException e)
        {
            failed($"the authorization webhook failed: {e.Message}");
            return new(OnFailure, "the authorization webhook could not be asked"); // how it is reached is nobody's business
        }
    }

    static Decision Decide(JsonObject status)
    {
        var (allowed, denied) = (status.Flag("allowed") == true, status.Flag("denied") == true);
        if (allowed && denied) throw new WebhookException("webhook subject access review returned both allow and deny response");
        return new(denied ? Verdict.Deny : allowed ? Verdict.Allow : Verdict.NoOpinion, status.Text("reason") ?? "");
    }

    static JsonObject Describe(in AccessRequest request)
    {
        var spec = new JsonObject();
        if (request.IsResource)
        {
            spec["resourceAttributes"] = Filled(("namespace", request.Namespace), ("verb", request.Verb), ("group", request.Group), ("version", request.Version),
                ("resource", request.Resource), ("subresource", request.Subresource), ("name", request.Name));
        }
        else spec["nonResourceAttributes"] = Filled(("path", request.Path), ("verb", request.Verb));
        var user = request.User;
        spec["user"] = user.Name;
        if (user.Groups.Count > 0) spec["groups"] = List(user.Groups);
        if (user.Extra is { Count: > 0 } extra) spec["extra"] = new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)List(e.Value))));
        if (user.Uid is { Length: > 0 } uid) spec["uid"] = uid;
        return spec;
    }

    static JsonObject Filled(params (string Field, string Value)[] fields) => new(fields.Where(f => f.Value.Length > 0).Select(f => KeyValuePair.Create(f.Field, (JsonNode?)f.Value)));

    static JsonArray List(IEnumerable<string> texts) => new(texts.Select(t => (JsonNode?)t).ToArray());
}
