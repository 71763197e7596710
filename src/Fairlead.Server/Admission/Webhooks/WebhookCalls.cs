using System.Diagnostics;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>Asks one webhook about one write, and does what its failurePolicy says if it can't be asked.</summary>
/// <param name="metrics">What is counted of calls.</param>
/// <param name="log">Receives what a webhook that fails open said.</param>
public sealed class WebhookCalls(WebhookClient client, WebhookMetrics metrics, Action<string> log)
{
    /// <summary>What it says of the write; <see cref="WebhookAnswer.None"/> if it could not be asked and that is no hindrance. May run beside others.</summary>
    /// <param name="kind">The version asked for, and the objects in it.</param>
    /// <exception cref="ApiException">It could not be asked.</exception>
    public async Task<WebhookAnswer> AskAsync(
        AdmissionWebhook webhook, AdmissionAttributes attributes, ResourceDefinition kind, bool mayChange, CancellationToken cancellation)
    {
        if (attributes.Context.DryRun && webhook.HasSideEffects) throw Refuse.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        var uid = RandomId.Next();
        var (obj, old) = await attributes.InVersionAsync(kind, cancellation).ConfigureAwait(false);
        var review = Review(webhook, attributes.Request(kind), uid, obj, old);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var told = await client.PostAsync(webhook.Client, review, webhook.Within, cancellation).ConfigureAwait(false);
            var answer = WebhookAnswer.Read(told, webhook.ReviewVersion, uid, mayChange);
            metrics.Answered(webhook.Name, mayChange, attributes.Operation, answer.Allowed, Stopwatch.GetElapsedTime(began));
            return answer;
        }
        catch (WebhookException e)
        {
            metrics.Failed(webhook.Name, mayChange, attributes.Operation, webhook.FailsOpen, Stopwatch.GetElapsedTime(began));
            var message = $"failed calling webhook \"{webhook.Name}\": failed to call webhook: Post \"{Address(webhook)}\": {e.Message}";
            if (!webhook.FailsOpen) throw Refuse.Internal(message);
            log(message);
            return WebhookAnswer.None;
        }
    }

    /// <summary>Passes on what the webhook said beside yes or no.</summary>
    /// <exception cref="ApiException">It said no.</exception>
    public static void Settle(AdmissionWebhook webhook, WriteContext context, WebhookAnswer answer, bool mayChange)
    {
        if (ReferenceEquals(answer, WebhookAnswer.None)) context.Annotate($"failed-open.{(mayChange ? "mutation" : "validating")}.webhook.admission.k8s.io/{webhook.Name}", webhook.Name);
        foreach (var warning in answer.Warnings) context.Warn(warning);
        foreach (var (key, value) in answer.Annotations) context.Annotate($"{webhook.Name}/{key}", value);
        if (!answer.Allowed) throw answer.Denied(webhook.Name);
    }

    static JsonObject Review(AdmissionWebhook webhook, JsonObject request, string uid, JsonObject? obj, JsonObject? old)
    {
        request["uid"] = uid;
        request["object"] = obj?.DeepClone();
        request["oldObject"] = old?.DeepClone();
        return new() { ["kind"] = "AdmissionReview", ["apiVersion"] = $"admission.k8s.io/{webhook.ReviewVersion}", ["request"] = request };
    }

    static string Address(AdmissionWebhook webhook)
    {
        var service = webhook.Client.Object("service");
        var url = webhook.Client.Text("url") ?? $"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Number("port") ?? 443}{service.Text("path")}";
        return $"{url}?timeout={(int)webhook.Within.TotalSeconds}s";
    }
}
