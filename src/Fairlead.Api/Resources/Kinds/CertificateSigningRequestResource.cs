using Fairlead.Api.Certificates.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>certificatesigningrequests.certificates.k8s.io.</summary>
public static class CertificateSigningRequestResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<CertificateSigningRequest>("certificatesigningrequest",
        Cells.Age,
        Cells.Field("SignerName", "spec.signerName", "Who is to sign.", empty: Cells.None),
        Cells.Field("Requestor", "spec.username", "Who made the request."),
        Cells.Text("RequestedDuration", "For how long the certificate is wanted.", Duration),
        Cells.Text("Condition", "What became of the request.", Condition)) with
    {
        ShortNames = ["csr"],
        HasStatus = true,
        NameRule = NameRule.PathSegment,
        Subresources = [new("approval", "certificates.k8s.io", "v1", "CertificateSigningRequest", ["get", "patch", "update"])],
        SelectableFields = new Dictionary<string, Func<JsonObject, string>> { ["spec.signerName"] = r => r.Text("spec.signerName") },
        Rules = new CertificateSigningRequestRules(),
    };

    static string Duration(JsonObject request) =>
        request.Number("spec.expirationSeconds") is { } seconds ? Cells.HumanDuration(TimeSpan.FromSeconds(seconds)) : Cells.None;

    static string Condition(JsonObject request)
    {
        var types = request.Objects("status.conditions").Select(c => c.Text("type")).ToHashSet();
        var text = types.Contains("Denied") ? "Denied" : types.Contains("Approved") ? "Approved" : "Pending";
        if (types.Contains("Failed")) text += ",Failed";
        return request.Text("status.certificate").Length > 0 ? text + ",Issued" : text;
    }
}
