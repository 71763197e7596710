using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.AdmissionPolicies;

/// <summary>
/// Notes in the status of each ValidatingAdmissionPolicy which generation of it has been seen. Types in expressions are
/// not looked at here: they are checked while expressions run.
/// </summary>
public sealed class AdmissionPolicyStatusController : IController
{
    readonly ControllerContext context;
    readonly Informer<ValidatingAdmissionPolicy> policies;

    public AdmissionPolicyStatusController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        policies = context.Informers.Of<ValidatingAdmissionPolicy>();
        policies.OnChange((_, now) => { if (now is not null) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "validatingadmissionpolicy-status-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (policies.Get(key) is not { } policy || policy.Status?.ObservedGeneration >= policy.Metadata.Generation) return null;
        var status = (policy.Status ?? new()) with { ObservedGeneration = policy.Metadata.Generation };
        await context.Client.UpdateStatusAsync(policy with { Status = status }, cancellation).ConfigureAwait(false);
        return null;
    }
}
