using Fairlead.Client.Metrics;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Admission.Policies;
using Fairlead.Server.Admission.Webhooks;
using Fairlead.Server.Registry;
using Fairlead.Server.Webhooks;
using Fairlead.Store;

namespace Fairlead.Server.Admission;

/// <summary>
/// The part of admission that users configure (admissionregistration.k8s.io): tables that follow the store, and the rules
/// that read them. A configuration counts when its write is answered.
/// <code>
/// configurations ──▶ StoreFollower ──▶ WebhookTable ◀── MutatingWebhooks, ValidatingWebhooks ──▶ WebhookCalls ──▶ HTTPS
/// policies, bindings ──▶ StoreFollower ──▶ PolicyTable ◀── ValidatingPolicies ──▶ CEL
/// </code>
/// </summary>
public sealed class ConfiguredAdmission : IAsyncDisposable
{
    readonly WebhookMetrics metrics = new();
    readonly WebhookTable webhooks;
    readonly PolicyTable policies;

    public ConfiguredAdmission(IStore store, AdmissionSources sources, WebhookClient client, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(sources);
        (webhooks, policies) = (new WebhookTable(log), new PolicyTable(log));
        Followers = [new(store, webhooks, log), new(store, policies, log)];
        var calls = new WebhookCalls(client, metrics, log);
        Webhooks = new(webhooks, sources, calls);
        Rules = [new ValidatingPolicies(policies, sources, new(store, sources.Catalog)), new ValidatingWebhooks(webhooks, sources, calls)];
    }

    /// <summary>True if a webhook or policy may be asked about the write.</summary>
    public bool Concerns(WriteContext context) =>
        (webhooks.Mutating.Count > 0 || webhooks.Validating.Count > 0 || policies.Bound.Count > 0) && AdmissionAttributes.AreConfigurable(context);

    /// <summary>What may change an object.</summary>
    public MutatingWebhooks Webhooks { get; }

    /// <summary>What judges an object, in upstream's order.</summary>
    public IReadOnlyList<IAdmission> Rules { get; }

    /// <summary>What a write of a configuration waits for.</summary>
    public IReadOnlyList<StoreFollower> Followers { get; }

    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var follower in Followers) await follower.StartAsync(cancellation).ConfigureAwait(false);
    }

    public void WriteMetrics(MetricText text) => metrics.Write(text);

    public async ValueTask DisposeAsync()
    {
        foreach (var follower in Followers) await follower.DisposeAsync().ConfigureAwait(false);
    }
}
