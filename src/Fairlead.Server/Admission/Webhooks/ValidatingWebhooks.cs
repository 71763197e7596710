using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>ValidatingAdmissionWebhook: all that a write concerns are asked at once; of refusals the first in their order counts.</summary>
public sealed class ValidatingWebhooks(WebhookTable table, AdmissionSources sources, WebhookCalls calls) : IAdmission
{
    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        var webhooks = table.Validating;
        if (webhooks.Count == 0 || !AdmissionAttributes.AreConfigurable(context)) return;
        var attributes = new AdmissionAttributes(sources, operation, context, obj, old);
        var asked = new List<(AdmissionWebhook Webhook, Task<WebhookAnswer> Answer)>();
        foreach (var webhook in webhooks)
        {
            if (await webhook.MatchAsync(attributes, cancellation).ConfigureAwait(false) is { } kind)
                asked.Add((webhook, calls.AskAsync(webhook, attributes, kind, mayChange: false, cancellation)));
        }
        if (asked.Count == 0) return;
        await ((Task)Task.WhenAll(asked.Select(a => a.Answer))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (webhook, answer) in asked) WebhookCalls.Settle(webhook, context, await answer.ConfigureAwait(false), mayChange: false);
    }
}
