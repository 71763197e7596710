using System.Diagnostics;
using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Authorization;

/// <summary>
/// Asks another server, by SubjectAccessReview of authorization.k8s.io. Source: Kubernetes documentation, Webhook Mode;
/// KEP-3221.
/// </summary>
/// <param name="webhook">Its server.</param>
/// <param name="how">How it is asked.</param>
/// <param name="failed">Told when the webhook can't be asked.</param>
/// <param name="name">What messages and metrics call it.</param>
public sealed class WebhookAuthorizer(ReviewClient webhook, AuthorizationWebhook how, TimeProvider clock, Action<string> failed, string name = "default", AuthorizationMetrics? metrics = null) : IAuthorizer
{
    /// <summary>Longer requests are not worth their place among the answers that are kept.</summary>
    const int LongestKept = 10_000;

    readonly AnswerCache<string, Decision> cache = new(clock);

    public ValueTask<Decision> AuthorizeAsync(AccessRequest request, CancellationToken cancellation)
    {
        if (!how.Conditions.IsEmpty && Excluded(request) is { } decided) return new(decided);
        var spec = ReviewSpec.Brief(request);
        var key = spec.ToJsonString();
        return cache.TryGet(key, out var known) ? new(known) : AskAsync(spec, key, cancellation);
    }

    /// <summary>What is said of a request that the webhook is not asked about; null if it is.</summary>
    Decision? Excluded(in AccessRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            if (how.Conditions.Match(ReviewSpec.Whole(request))) return null;
            metrics?.Excluded(name);
            return Decision.NoOpinion;
        }
        catch (CelException e)
        {
            metrics?.ConditionFailed(name);
            failed($"a match condition of the authorization webhook {name} failed: {e.Message}");
            return new(how.OnFailure, "") { Error = $"a match condition of the authorization webhook \"{name}\" has no value" };
        }
        finally { metrics?.Matched(name, Stopwatch.GetElapsedTime(started)); }
    }

    async ValueTask<Decision> AskAsync(JsonObject spec, string key, CancellationToken cancellation)
    {
        var (started, result) = (Stopwatch.GetTimestamp(), "canceled");
        try
        {
            var status = await webhook.AskAsync(new() { ["apiVersion"] = "authorization.k8s.io/" + how.ReviewVersion, ["kind"] = "SubjectAccessReview", ["spec"] = InVersion(spec) }, cancellation).ConfigureAwait(false);
            result = "error"; // unless it is understood
            var decision = Decide(status);
            result = "success";
            if (key.Length < LongestKept) cache.Keep(key, decision, decision.IsAllowed ? how.AllowedLifetime : how.RefusedLifetime);
            return decision;
        }
        catch (WebhookException e)
        {
            result = e.IsTimeout ? "timeout" : "error";
            if (how.OnFailure == Verdict.NoOpinion) metrics?.FailedOpen(name, result);
            failed($"the authorization webhook {name} failed: {e.Message}");
            return new(how.OnFailure, "") { Error = $"the authorization webhook \"{name}\" could not be asked" }; // how it is reached is nobody's business
        }
        finally { metrics?.Evaluated(name, result, Stopwatch.GetElapsedTime(started)); }
    }

    /// <summary>In v1beta1 the groups are called group.</summary>
    JsonObject InVersion(JsonObject spec)
    {
        if (how.ReviewVersion != "v1beta1" || spec["groups"] is not { } groups) return spec;
        spec.Remove("groups");
        spec["group"] = groups;
        return spec;
    }

    static Decision Decide(JsonObject status)
    {
        var (allowed, denied) = (status.Flag("allowed") == true, status.Flag("denied") == true);
        if (allowed && denied) throw new WebhookException("webhook subject access review returned both allow and deny response");
        return new(denied ? Verdict.Deny : allowed ? Verdict.Allow : Verdict.NoOpinion, status.Text("reason") ?? "");
    }
}
