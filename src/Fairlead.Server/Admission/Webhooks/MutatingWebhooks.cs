using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>MutatingAdmissionWebhook: webhooks that may change an object, one after the other.</summary>
public sealed class MutatingWebhooks(WebhookTable table, AdmissionSources sources, WebhookCalls calls)
{
    /// <summary>The round of webhooks that one write starts; null if there is none to ask.</summary>
    public MutationRound? Begin(AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old) =>
        table.Mutating is { Count: > 0 } webhooks && AdmissionAttributes.AreConfigurable(context)
            ? new(webhooks, new(sources, operation, context, obj, old), calls)
            : null;
}
