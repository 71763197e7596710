using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Policy.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Subresources;

/// <summary>What PodDisruptionBudgets say of an eviction, and the place of one taken from them (policy/v1, KEP-85).</summary>
/// <param name="kind">poddisruptionbudgets.policy; null where it is not served: nothing is bounded.</param>
public sealed class DisruptionBudgets(Verbs verbs, ResourceDefinition? kind, TimeProvider clock)
{
    /// <summary>Rounds of writes that may be lost to others, each of several tries.</summary>
    const int MaxRounds = 20;

    /// <summary>Most evictions that the controller has not seen the end of, as upstream.</summary>
    const int MaxDisrupted = 2000;

    /// <summary>Seconds after which a refused client may ask again.</summary>
    const int RetryAfter = 10;

    /// <summary>The budgets of the namespace that cover a Pod with these labels.</summary>
    public async ValueTask<IReadOnlyList<PodDisruptionBudget>> CoveringAsync(string ns, JsonObject? labels, CancellationToken cancellation)
    {
        if (kind is null) return [];
        var all = await verbs.Reading.ListAsync(kind, ns, ListQuery.Read(kind, QueryParameters.Empty), cancellation).ConfigureAwait(false);
        return [.. all.Entries.Select(e => ApiJson.Read<PodDisruptionBudget>(e.Json.Span)).Where(b => DisruptionCover.Of(b).Matches(labels))];
    }

    /// <summary>
    /// Takes one allowed disruption for the Pod and notes it in status.disruptedPods. Exact however many ask at once: the
    /// check and the write are of one revision.
    /// </summary>
    /// <exception cref="ApiException">TooManyRequests: none is left or the numbers are old. Forbidden: the status is not
    /// usable. Timeout: others always were faster. NotFound: the budget has gone.</exception>
    public async ValueTask TakeAsync(string ns, string name, string pod, bool dryRun, CancellationToken cancellation)
    {
        var context = WriteContext.Internal(kind!, ns, name);
        context = context with { Target = context.Target with { Verb = "update", Subresource = "status" }, DryRun = dryRun };
        for (var round = 0; round < MaxRounds; round++)
        {
            try
            {
                await verbs.Updating.UpdateAsync(context, ChangeScope.Status, budget => Decrement(budget, pod), cancellation).ConfigureAwait(false);
                return;
            }
            catch (ApiException e) when (e.IsConflict) { }
        }
        throw Refuse.Timeout($"couldn't update PodDisruptionBudget \"{name}\" due to conflicts", RetryAfter);
    }

    JsonObject Decrement(JsonObject stored, string pod)
    {
        var budget = ApiJson.Read<PodDisruptionBudget>(JsonTree.Write(stored).Span);
        var name = budget.Metadata.Name!;
        var status = budget.Status ?? new();
        if ((status.ObservedGeneration ?? 0) < (budget.Metadata.Generation ?? 0)) throw StillProcessed(name);
        if (status.DisruptionsAllowed < 0) throw Refuse.Forbidden(Named(), name, "pdb disruptions allowed is negative");
        if (status.DisruptedPods?.Count > MaxDisrupted) throw Refuse.Forbidden(Named(), name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        if (status.DisruptionsAllowed == 0)
            throw Refuse.Disruption($"The disruption budget {name} needs {status.DesiredHealthy} healthy pods and has {status.CurrentHealthy} currently", null);
        var now = clock.GetUtcNow();
        status = status with
        {
            DisruptionsAllowed = status.DisruptionsAllowed - 1,
            DisruptedPods = new Dictionary<string, DateTimeOffset>(status.DisruptedPods ?? new Dictionary<string, DateTimeOffset>()) { [pod] = now },
        };
        if (status.DisruptionsAllowed == 0) status = DisruptionAllowedCondition.ByCount(status, now);
        stored["status"] = JsonNode.Parse(ApiJson.Write(status));
        return stored;
    }

    /// <summary>The refusal of an eviction whose budget has no numbers of the present state yet.</summary>
    public static ApiException StillProcessed(string budget) => Refuse.Disruption($"The disruption budget {budget} is still being processed by the server.", RetryAfter);

    // Upstream names the resource in the singular here.
    ResourceDefinition Named() => kind! with { Plural = "poddisruptionbudget" };
}
