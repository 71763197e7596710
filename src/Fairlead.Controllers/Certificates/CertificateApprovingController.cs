using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Authorization.V1;
using Fairlead.Api.Certificates;
using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.Certificates;

/// <summary>
/// Approves the client certificates of nodes: a node's first, asked for by someone who may create
/// certificatesigningrequests/nodeclient, and a node's next, asked for by itself if it may create
/// certificatesigningrequests/selfnodeclient. Ours alone: also the certificate of a node's server, asked for by itself under
/// names that its Node has, if it may create certificatesigningrequests/selfnodeserver; upstream leaves that to an operator.
/// Keyed by request.
/// </summary>
public sealed class CertificateApprovingController : IController
{
    /// <summary>A request that nobody may make yet is looked at again: a role may come.</summary>
    static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    readonly ControllerContext context;
    readonly Informer<CertificateSigningRequest> requests;

    public CertificateApprovingController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        requests = context.Informers.Of<CertificateSigningRequest>();
        requests.OnChange((_, now) => { if (now is not null && IsPending(now)) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "certificatesigningrequest-approving-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (requests.Get(key) is not { Spec: { } spec } request || !IsPending(request)) return null;
        var asked = SigningRequestContent.Read(spec.Request);
        if (RequestForm.Wrong(spec.SignerName, asked, spec.Usages ?? []) is not null) return null;
        if (spec.SignerName == RequestForm.KubeletServing)
        {
            if (spec.Username == RequestForm.Name(asked) && await HasNamesAsync(asked, cancellation).ConfigureAwait(false) && await MayAsync(spec, "selfnodeserver", cancellation).ConfigureAwait(false))
                return await ApproveAsync(request, "Auto approving self kubelet server certificate after SubjectAccessReview.", cancellation).ConfigureAwait(false);
            return Again;
        }
        if (spec.Username == RequestForm.Name(asked) && await MayAsync(spec, "selfnodeclient", cancellation).ConfigureAwait(false))
            return await ApproveAsync(request, "Auto approving self kubelet client certificate after SubjectAccessReview.", cancellation).ConfigureAwait(false);
        if (await MayAsync(spec, "nodeclient", cancellation).ConfigureAwait(false))
            return await ApproveAsync(request, "Auto approving kubelet client certificate after SubjectAccessReview.", cancellation).ConfigureAwait(false);
        return Again;
    }

    static bool IsPending(CertificateSigningRequest request) =>
        request.Spec?.SignerName is RequestForm.KubeletClient or RequestForm.KubeletServing && !request.IsIssued() && request.Condition("Approved") is null && request.Condition("Denied") is null;

    async Task<TimeSpan?> ApproveAsync(CertificateSigningRequest request, string message, CancellationToken cancellation)
    {
        await context.Client.UpdateApprovalAsync(request.With("Approved", "AutoApproved", message), cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>Whether the Node has all names and addresses that are asked for.</summary>
    async Task<bool> HasNamesAsync(CertificateRequest asked, CancellationToken cancellation)
    {
        var name = RequestForm.Name(asked)["system:node:".Length..];
        if (await context.Client.FindAsync<Node>(null, name, cancellation).ConfigureAwait(false) is not { } node) return false;
        var told = node.Status?.Addresses?.Select(a => a.Address).OfType<string>().Append(name).ToHashSet(StringComparer.Ordinal) ?? [name];
        try { return AlternativeNames.Of(asked).All(n => n.Text is { } text && told.Contains(text)); }
        catch (AsnContentException) { return false; } // a name in no form that can be read
    }

    async Task<bool> MayAsync(CertificateSigningRequestSpec spec, string subresource, CancellationToken cancellation)
    {
        var review = await context.Client.CreateAsync(new SubjectAccessReview
        {
            Spec = new()
            {
                User = spec.Username, Uid = spec.Uid, Groups = spec.Groups, Extra = spec.Extra,
                ResourceAttributes = new() { Group = "certificates.k8s.io", Resource = "certificatesigningrequests", Verb = "create", Subresource = subresource, Version = "*" },
            },
        }, cancellation).ConfigureAwait(false);
        return review.Status?.Allowed == true;
    }
}
