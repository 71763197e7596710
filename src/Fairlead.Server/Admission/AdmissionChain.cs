using Fairlead.Api.ManagedFields;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>
/// The rules of admission in their two phases: those that complete an object (webhooks that may change it are the last of
/// them) see it before it is validated, those that only judge see what will be stored.
/// <code>
/// complete ─▶ webhooks ─▶ (changed: complete ─▶ webhooks with IfNeeded) ─▶ default ─▶ validate ─▶ judge ─▶ store
/// </code>
/// </summary>
/// <param name="completing">In upstream's order.</param>
/// <param name="configured">Webhooks and policies, which come last in each phase.</param>
/// <param name="own">Those that judge, in upstream's order.</param>
public sealed class AdmissionChain(IReadOnlyList<IAdmission> completing, ConfiguredAdmission configured, IReadOnlyList<IAdmission> own)
{
    readonly IReadOnlyList<IAdmission> judging = [.. own, .. configured.Rules];

    /// <summary>The context for both phases of a write that makes such owners of fields; the same if nobody will look at them.</summary>
    public WriteContext Showing(WriteContext context, FieldManagers after, FieldManagers before) =>
        context.IsAdmitted || !configured.Concerns(context) ? context : context with { Owners = new ShownOwners(after, before) };

    /// <summary>The first phase. True if webhooks changed the object, so that all that was checked before has to be checked again.</summary>
    /// <exception cref="Api.Errors.ApiException">The write is refused.</exception>
    public async ValueTask<bool> CompleteAsync(AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (context.IsAdmitted) return false;
        foreach (var rule in completing) await rule.AdmitAsync(operation, context, obj, old, cancellation).ConfigureAwait(false);
        if (configured.Webhooks.Begin(operation, context, obj, old) is not { } round) return false;
        var changed = await round.RunAsync(cancellation).ConfigureAwait(false);
        if (changed)
        {
            foreach (var rule in completing) await rule.AdmitAsync(operation, context, obj, old, cancellation).ConfigureAwait(false);
            await round.AgainAsync(cancellation).ConfigureAwait(false);
        }
        context.Owners?.Hide(context, obj, old);
        return changed;
    }

    /// <summary>The second phase, on the object that will be stored.</summary>
    /// <exception cref="Api.Errors.ApiException">The write is refused.</exception>
    public async ValueTask JudgeAsync(AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (context.IsAdmitted) return;
        foreach (var rule in judging) await rule.AdmitAsync(operation, context, obj, old, cancellation).ConfigureAwait(false);
        context.Owners?.Hide(context, obj, old);
    }

    /// <summary>Both phases, for what is not validated in between: deletions, connections, and what subresources make.</summary>
    /// <exception cref="Api.Errors.ApiException">The write is refused.</exception>
    public async ValueTask AdmitAsync(AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        await CompleteAsync(operation, context, obj, old, cancellation).ConfigureAwait(false);
        await JudgeAsync(operation, context, obj, old, cancellation).ConfigureAwait(false);
    }
}
