using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.Certificates;

/// <summary>
/// Removes requests that are of no use any more: issued, denied or failed an hour ago, without an answer for a day, or
/// with a certificate that has ended. Keyed by request.
/// </summary>
public sealed class CertificateCleaner : IController
{
    static readonly TimeSpan Answered = TimeSpan.FromHours(1), Unanswered = TimeSpan.FromHours(24), Soonest = TimeSpan.FromSeconds(1);

    readonly ControllerContext context;
    readonly Informer<CertificateSigningRequest> requests;

    public CertificateCleaner(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        requests = context.Informers.Of<CertificateSigningRequest>();
        requests.OnChange((_, now) => { if (now is not null) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "certificatesigningrequest-cleaner-controller";
    public WorkQueue<ObjectKey> Queue { get; }
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (requests.Get(key) is not { } request || EndOf(request) is not { } end) return null;
        var left = end - context.Time.GetUtcNow();
        if (left > TimeSpan.Zero) return left > Soonest ? left : Soonest;
        await context.Client.DeleteAsync<CertificateSigningRequest>(null, key.Name, new DeleteOptions { Preconditions = new() { Uid = request.Metadata.Uid } }, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>When the request goes; null if it says no time that could be counted from.</summary>
    internal static DateTimeOffset? EndOf(CertificateSigningRequest request)
    {
        var ends = new List<DateTimeOffset?>();
        foreach (var type in (string[])["Denied", "Failed", "Approved"])
        {
            if (request.Condition(type) is { } condition) ends.Add(condition.LastUpdateTime + (type == "Approved" && !request.IsIssued() ? Unanswered : Answered));
        }
        if (ends.Count == 0) ends.Add(request.Metadata.CreationTimestamp + Unanswered);
        if (request.IsIssued()) ends.Add(CertificateEnd(request.Status!.Certificate!));
        return ends.Where(e => e is not null).DefaultIfEmpty(null).Min();
    }

    static DateTimeOffset? CertificateEnd(string base64)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(base64)));
            return certificate.NotAfter;
        }
        catch (Exception e) when (e is CryptographicException or FormatException) { return null; }
    }
}
