using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;

namespace Fairlead.Controllers.Certificates;

/// <summary>Questions about a CertificateSigningRequest that several controllers ask, and the write of its approval.</summary>
static class SigningRequests
{
    public static CertificateSigningRequestCondition? Condition(this CertificateSigningRequest request, string type) =>
        request.Status?.Conditions?.FirstOrDefault(c => c.Type == type);

    public static bool IsApproved(this CertificateSigningRequest request) => request.Condition("Approved") is not null && request.Condition("Denied") is null;

    public static bool IsIssued(this CertificateSigningRequest request) => request.Status?.Certificate is { Length: > 0 };

    /// <summary>The request with one condition more.</summary>
    public static CertificateSigningRequest With(this CertificateSigningRequest request, string type, string reason, string message)
    {
        var status = request.Status ?? new();
        return request with
        {
            Status = status with { Conditions = [.. status.Conditions ?? [], new() { Type = type, Status = "True", Reason = reason, Message = message }] },
        };
    }

    /// <summary>Writes the conditions through the subresource approval.</summary>
    public static async Task UpdateApprovalAsync(this KubeClient client, CertificateSigningRequest request, CancellationToken cancellation) =>
        await client.RawAsync(
            new ApiRequest("PUT", KubeClient.ObjectPath<CertificateSigningRequest>(null, request.Metadata.Name!) + "/approval", "application/json",
                ApiJson.Write(KindOf<CertificateSigningRequest>.Stamp(request))), cancellation).ConfigureAwait(false);
}
