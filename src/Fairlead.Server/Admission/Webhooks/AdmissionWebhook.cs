using Fairlead.Api.Resources;
using Fairlead.Api.Selectors;
using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>One webhook of a configuration, ready to be asked. Immutable.</summary>
public sealed class AdmissionWebhook
{
    readonly MatchConstraints constraints;
    readonly MatchConditions conditions;

    /// <param name="configuration">The name of the MutatingWebhookConfiguration or ValidatingWebhookConfiguration.</param>
    /// <param name="webhook">One of its webhooks, with defaults; validated when it was written.</param>
    /// <exception cref="CelException">A match condition is no expression.</exception>
    /// <exception cref="SelectorException">A selector is not valid.</exception>
    public AdmissionWebhook(string configuration, JsonObject webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        Configuration = configuration;
        Name = webhook.Text("name") ?? "";
        Client = webhook.Object("clientConfig") ?? [];
        FailsOpen = webhook.Text("failurePolicy") == "Ignore";
        Within = TimeSpan.FromSeconds(webhook.Number("timeoutSeconds") ?? 10);
        Reinvoked = webhook.Text("reinvocationPolicy") == "IfNeeded";
        HasSideEffects = webhook.Text("sideEffects") is not ("None" or "NoneOnDryRun");
        ReviewVersion = webhook.Texts("admissionReviewVersions").FirstOrDefault(v => v is "v1" or "v1beta1") ?? "v1";
        constraints = new(webhook.Array("rules"), webhook);
        conditions = new(webhook.Array("matchConditions"), StoredExpression.OfWebhook);
        IsEmpty = webhook.Array("rules") is not { Count: > 0 };
    }

    public string Configuration { get; }
    public string Name { get; }

    /// <summary>The clientConfig: whom to ask.</summary>
    public JsonObject Client { get; }

    /// <summary>failurePolicy Ignore: who can't be asked is left out.</summary>
    public bool FailsOpen { get; }
    public TimeSpan Within { get; }

    /// <summary>reinvocationPolicy IfNeeded.</summary>
    public bool Reinvoked { get; }
    public bool HasSideEffects { get; }

    /// <summary>The version of AdmissionReview that it is sent.</summary>
    public string ReviewVersion { get; }

    /// <summary>True without rules: it is never asked.</summary>
    public bool IsEmpty { get; }

    /// <summary>The version of the kind in which it is to be asked about the write; null if it is not to be asked.</summary>
    /// <exception cref="Api.Errors.ApiException">Forbidden: whether it is can't be told, and it fails closed.</exception>
    public async ValueTask<ResourceDefinition?> MatchAsync(AdmissionAttributes attributes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        if (IsEmpty || await constraints.MatchAsync(attributes, cancellation).ConfigureAwait(false) is not { } kind) return null;
        if (conditions.IsEmpty) return kind;
        var variables = await attributes.VariablesAsync(kind, cancellation).ConfigureAwait(false);
        try { return conditions.Hold(variables) ? kind : null; }
        catch (CelException e)
        {
            if (FailsOpen) return null;
            throw Refuse.Forbidden(attributes.Context.Kind, attributes.Name, e.Message);
        }
    }
}
