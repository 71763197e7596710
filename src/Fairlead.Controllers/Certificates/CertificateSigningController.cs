using Fairlead.Api.Certificates;
using Fairlead.Api.Certificates.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.Certificates;

/// <summary>
/// Signs approved requests with the cluster's CA, for the signers of Kubernetes' own; one that does not have the form
/// that its signer asks for gets the condition Failed. Keyed by request.
/// </summary>
public sealed class CertificateSigningController : IController
{
    /// <summary>Shorter certificates than that are not signed: they would be over when they arrive.</summary>
    static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    readonly ControllerContext context;
    readonly Informer<CertificateSigningRequest> requests;

    public CertificateSigningController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        requests = context.Informers.Of<CertificateSigningRequest>();
        requests.OnChange((_, now) => { if (now is not null && IsToSign(now)) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "certificatesigningrequest-signing-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (context.Options.SigningAuthority is not { } authority || requests.Get(key) is not { Spec: { } spec } request || !IsToSign(request)) return null;
        var asked = SigningRequestContent.Read(spec.Request);
        if (RequestForm.Wrong(spec.SignerName, asked, spec.Usages ?? []) is { } wrong)
        {
            await context.Client.UpdateStatusAsync(request.With("Failed", "SignerValidationFailure", wrong), cancellation).ConfigureAwait(false);
            return null;
        }
        var pem = new CertificateSigner(authority).Sign(asked, spec.Usages ?? [], Lifetime(spec.ExpirationSeconds), context.Time.GetUtcNow());
        var status = request.Status! with { Certificate = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem)) };
        await context.Client.UpdateStatusAsync(request with { Status = status }, cancellation).ConfigureAwait(false);
        return null;
    }

    static bool IsToSign(CertificateSigningRequest request) =>
        request.IsApproved() && !request.IsIssued() && request.Condition("Failed") is null && RequestForm.IsKnown(request.Spec?.SignerName ?? "");

    TimeSpan Lifetime(int? seconds)
    {
        var longest = context.Options.ClusterSigningDuration;
        if (seconds is not { } asked || TimeSpan.FromSeconds(asked) > longest) return longest;
        return TimeSpan.FromSeconds(asked) < Shortest ? Shortest : TimeSpan.FromSeconds(asked);
    }
}
