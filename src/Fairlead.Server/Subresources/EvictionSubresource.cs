using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Policy.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>
/// pods/eviction: a deletion that the disruption budget over the Pod may refuse (policy/v1 Eviction). The Pod is given
/// the condition DisruptionTarget before it goes (KEP-3329).
/// </summary>
public sealed class EvictionSubresource(Verbs verbs, DisruptionBudgets budgets, TimeProvider clock) : ISubresource
{
    /// <summary>Times that a Pod may change while its eviction is being decided.</summary>
    const int MaxTries = 20;

    public string Name => "eviction";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "pods" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "create") throw Refuse.MethodNotAllowed();
        var body = await ObjectDecoder.ReadAsync<Eviction>(call, cancellation).ConfigureAwait(false);
        if (body.Name() != context.Target.Name) throw Refuse.BadRequest("name in URL does not match name in Eviction object");
        if (body.Namespace() is { } ns && ns != context.Namespace)
            throw Refuse.BadRequest($"the namespace of the provided object does not match the namespace sent on the request");
        await verbs.Admission.AdmitAsync(AdmissionOperation.Create, context with { Form = new("policy", "v1", "Eviction") }, body, null, cancellation).ConfigureAwait(false);
        context = context with { IsAdmitted = true };
        var asked = body.Object("deleteOptions");
        var options = new DeleteOptions
        {
            GracePeriodSeconds = asked.Number("gracePeriodSeconds"),
            PropagationPolicy = asked.Text("propagationPolicy"),
            OrphanDependents = asked.Flag("orphanDependents"),
            Preconditions = asked.Object("preconditions") is { } p ? new Preconditions { Uid = p.Text("uid"), ResourceVersion = p.Text("resourceVersion") } : null,
        };
        await EvictAsync(context with { DryRun = context.DryRun || asked.Texts("dryRun").Any() }, options, cancellation).ConfigureAwait(false);
        return Statuses.Success(201);
    }

    async ValueTask EvictAsync(WriteContext context, DeleteOptions options, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pod = await PodAsync(context, cancellation).ConfigureAwait(false);
            if (!GoesWithoutBudget(pod)) break;
            // A Pending Pod may start to count while it goes: then its budget is to be asked.
            var guarded = HasEnded(pod) || options.Preconditions?.ResourceVersion is not null ? options : AtRevision(options, pod);
            try
            {
                await DisruptAsync(context, guarded, cancellation).ConfigureAwait(false);
                return;
            }
            catch (ApiException e) when (e.IsConflict && options.Preconditions?.ResourceVersion is null && attempt < MaxTries) { }
        }
        await EvictRunningAsync(context, options, cancellation).ConfigureAwait(false);
    }

    async ValueTask EvictRunningAsync(WriteContext context, DeleteOptions options, CancellationToken cancellation)
    {
        var pod = await PodAsync(context, cancellation).ConfigureAwait(false);
        CheckPreconditions(context, pod, options);
        var covering = await budgets.CoveringAsync(context.Namespace!, pod.Metadata().Object("labels"), cancellation).ConfigureAwait(false);
        if (covering.Count > 1) throw Refuse.ManyBudgets();
        if (covering is not [var budget])
        {
            await DisruptAsync(context, options, cancellation).ConfigureAwait(false);
            return;
        }
        var name = budget.Metadata.Name!;
        if (!MayGoUnready(pod, budget))
        {
            await budgets.TakeAsync(context.Namespace!, name, pod.Name(), context.DryRun, cancellation).ConfigureAwait(false);
            await DisruptAsync(context, options, cancellation).ConfigureAwait(false);
            return;
        }
        // It counts for nothing as long as it is not ready: it goes as it is now, or is asked for again.
        try
        {
            await DisruptAsync(context, options.Preconditions?.ResourceVersion is null ? AtRevision(options, pod) : options, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsConflict && options.Preconditions?.ResourceVersion is null) { throw DisruptionBudgets.StillProcessed(name); }
    }

    async ValueTask<JsonObject> PodAsync(WriteContext context, CancellationToken cancellation) =>
        StoredObject.Parse(await verbs.Reading.GetAsync(context.Kind, context.Namespace, context.Target.Name!, cancellation).ConfigureAwait(false));

    /// <summary>Says on the Pod why it goes, then deletes it; both under the preconditions.</summary>
    async ValueTask DisruptAsync(WriteContext context, DeleteOptions options, CancellationToken cancellation)
    {
        if (!context.DryRun)
        {
            var write = WriteContext.Internal(context.Kind, context.Namespace, context.Target.Name);
            write = write with { Target = write.Target with { Verb = "update", Subresource = "status" }, FieldManager = null };
            var json = await verbs.Updating.UpdateAsync(write, ChangeScope.Exact, pod => Targeted(context, pod, options), cancellation).ConfigureAwait(false);
            if (options.Preconditions?.ResourceVersion is not null) options = AtRevision(options, JsonTree.ParseObject(json.Span));
        }
        await verbs.Deletion.DeleteAsync(context, options, cancellation).ConfigureAwait(false);
    }

    JsonObject Targeted(WriteContext context, JsonObject pod, DeleteOptions options)
    {
        CheckPreconditions(context, pod, options);
        Conditions.Set(pod, "DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting", ObjectFields.Time(clock.GetUtcNow()));
        return pod;
    }

    static void CheckPreconditions(WriteContext context, JsonObject pod, DeleteOptions options)
    {
        var (uid, revision) = (pod.Metadata().Text("uid"), pod.Metadata().Text("resourceVersion"));
        if (options.Preconditions?.Uid is { } wanted && wanted != uid)
            throw Refuse.Conflict(context.Kind, pod.Name(), $"the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        if (options.Preconditions?.ResourceVersion is { } at && at != revision)
            throw Refuse.Conflict(context.Kind, pod.Name(), $"the ResourceVersion in the precondition ({at}) does not match the ResourceVersion in record ({revision}). The object might have been modified");
    }

    static DeleteOptions AtRevision(DeleteOptions options, JsonObject pod) =>
        options with { Preconditions = (options.Preconditions ?? new()) with { ResourceVersion = pod.Metadata().Text("resourceVersion") } };

    /// <summary>What has ended, not started or is going already is no loss.</summary>
    static bool GoesWithoutBudget(JsonObject pod) => HasEnded(pod) || pod.Object("status").Text("phase") == "Pending";

    static bool HasEnded(JsonObject pod) => pod.Object("status").Text("phase") is "Succeeded" or "Failed" || pod.Metadata().Text("deletionTimestamp") is not null;

    /// <summary>Whether a Pod that is not ready goes without a place in its budget (KEP-3017).</summary>
    static bool MayGoUnready(JsonObject pod, PodDisruptionBudget budget)
    {
        var ready = (pod.Object("status").Array("conditions") ?? []).OfType<JsonObject>().Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");
        if (ready) return false;
        return budget.Spec?.UnhealthyPodEvictionPolicy == "AlwaysAllow"
            || (budget.Status is { DesiredHealthy: > 0 } status && status.CurrentHealthy >= status.DesiredHealthy);
    }
}
