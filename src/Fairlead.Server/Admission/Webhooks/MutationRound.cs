using Fairlead.Api.Errors;
using Fairlead.Api.Patch;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Decoding;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>
/// The mutating webhooks on one write: each sees what those before it made of the object. Those with reinvocationPolicy
/// IfNeeded are asked once more if the object was changed behind them. Belongs to the write's task.
/// </summary>
public sealed class MutationRound(IReadOnlyList<AdmissionWebhook> webhooks, AdmissionAttributes attributes, WebhookCalls calls)
{
    /// <summary>Who was asked, and how many changes there had been when it had answered.</summary>
    readonly List<(int Index, int Changes)> asked = [];
    int changes;
    JsonNode? left;

    /// <summary>Asks all; true if the object was changed.</summary>
    /// <exception cref="ApiException">A webhook refuses or can't be asked, or its patch does not fit.</exception>
    public async ValueTask<bool> RunAsync(CancellationToken cancellation)
    {
        for (var i = 0; i < webhooks.Count; i++)
        {
            if (await AskAsync(i, 0, cancellation).ConfigureAwait(false)) asked.Add((i, changes));
        }
        if (changes > 0) left = attributes.Object?.DeepClone();
        return changes > 0;
    }

    /// <summary>Asks those again that want to see what was changed behind them, by others or by the server's own rules since.</summary>
    /// <exception cref="ApiException">As for <see cref="RunAsync"/>.</exception>
    public async ValueTask AgainAsync(CancellationToken cancellation)
    {
        if (!JsonNode.DeepEquals(left, attributes.Object)) changes++;
        foreach (var (index, seen) in asked)
        {
            if (webhooks[index].Reinvoked && seen < changes) await AskAsync(index, 1, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>True if the webhook was asked.</summary>
    async ValueTask<bool> AskAsync(int index, int round, CancellationToken cancellation)
    {
        var webhook = webhooks[index];
        if (await webhook.MatchAsync(attributes, cancellation).ConfigureAwait(false) is not { } kind) return false;
        var answer = await calls.AskAsync(webhook, attributes, kind, mayChange: true, cancellation).ConfigureAwait(false);
        WebhookCalls.Settle(webhook, attributes.Context, answer, mayChange: true);
        var changed = answer.Patch is { Count: > 0 } patch && await PatchAsync(webhook, kind, patch, cancellation).ConfigureAwait(false);
        if (changed) changes++;
        attributes.Context.Annotate($"mutation.webhook.admission.k8s.io/round_{round}_index_{index}",
            new JsonObject { ["configuration"] = webhook.Configuration, ["webhook"] = webhook.Name, ["mutated"] = changed }.ToJsonString());
        return true;
    }

    /// <summary>True if the patch changed the object.</summary>
    async ValueTask<bool> PatchAsync(AdmissionWebhook webhook, ResourceDefinition kind, JsonArray patch, CancellationToken cancellation)
    {
        var (obj, _) = await attributes.InVersionAsync(kind, cancellation).ConfigureAwait(false);
        if (obj is null) throw Refuse.Internal($"admission webhook \"{webhook.Name}\" attempted to modify the object, which is not supported for this operation");
        JsonObject patched;
        try { patched = JsonPatch.Apply(obj.DeepClone(), patch) as JsonObject ?? throw Refuse.Internal($"admission webhook \"{webhook.Name}\" replaced the object by something that is none"); }
        catch (PatchException e) { throw Refuse.Internal($"admission webhook \"{webhook.Name}\" sent a patch that does not fit: {e.Message}"); }
        if (attributes.Context.Form is null) patched = await ReadAsync(webhook, kind, patched, cancellation).ConfigureAwait(false);
        var target = attributes.Object!;
        if (JsonNode.DeepEquals(patched, target)) return false;
        Become(target, patched);
        return true;
    }

    /// <summary>What the patch made, as if a client had sent it: typed, pruned, with defaults, in the stored version.</summary>
    async ValueTask<JsonObject> ReadAsync(AdmissionWebhook webhook, ResourceDefinition kind, JsonObject patched, CancellationToken cancellation)
    {
        var context = attributes.Context;
        try { ObjectDecoder.Structure(context with { Target = context.Target with { Definition = kind }, Validation = FieldValidation.Ignore }, patched, []); }
        catch (ApiException e) { throw Refuse.Internal($"admission webhook \"{webhook.Name}\" made an object that can't be read: {e.Message}"); }
        if (!attributes.IsAsStored(kind)) patched = await Versions.ToStoredAsync(kind, patched, cancellation).ConfigureAwait(false);
        ObjectChecks.Default(context.Kind, patched);
        return patched;
    }

    static void Become(JsonObject target, JsonObject other)
    {
        target.Clear();
        foreach (var (name, value) in other) target[name] = value?.DeepClone();
    }
}
