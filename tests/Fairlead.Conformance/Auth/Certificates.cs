using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Conformance.Auth;

public sealed class Certificates(RunningCluster cluster)
{
    [Fact(DisplayName = "[sig-auth] Certificates API [Privileged:ClusterAdmin] should support CSR API operations [Conformance]")]
    public async Task Requests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = new CertificateRequest("CN=e2e-example", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        var encoded = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem));
        var body = $$$"""{"spec":{"request":"{{{encoded}}}","signerName":"example.com/e2e","expirationSeconds":3600,"usages":["digital signature","key encipherment","server auth"]}}""";
        await new Operations(cluster, "certificates.k8s.io/v1", "certificatesigningrequests", "CertificateSigningRequest")
        {
            Namespaced = false,
            Subresources = ["approval", "status"],
            Body = _ => body,
        }.RunAsync();

        var requests = cluster.Resource("certificates.k8s.io/v1", "certificatesigningrequests");
        var name = (await requests.CreateAsync(body.Replace("{\"spec\"", "{\"metadata\":{\"generateName\":\"e2e-\"},\"spec\"", StringComparison.Ordinal))).Text("metadata.name")!;
        await requests.GetAsync(name, "approval");
        await requests.PatchAsync(name, """{"metadata":{"annotations":{"patchedapproval":"true"}},"status":{"conditions":[{"type":"ApprovalPatch","status":"True","reason":"e2e"}]}}""", subresource: "approval");
        var approved = await requests.ChangeAsync(name, r => r["status"]!["conditions"]!.AsArray().Add(Tree.Parse("""{"type":"Approved","status":"True","reason":"E2E","message":"By a test"}""")), "approval");
        Assert.Equal("E2E", approved.Condition("Approved").Text("reason"));
        Assert.Equal("e2e", approved.Condition("ApprovalPatch").Text("reason"));
        await requests.GetAsync(name, "status");
        using var issuer = new CertificateRequest("CN=signer", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddHours(1));
        var certificate = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(issuer.ExportCertificatePem()));
        await requests.PatchAsync(name, $$$"""{"status":{"certificate":"{{{certificate}}}"}}""", subresource: "status");
        var updated = await requests.ChangeAsync(name, r => r["status"]!["conditions"]!.AsArray().Add(Tree.Parse("""{"type":"StatusUpdate","status":"True","reason":"E2E"}""")), "status");
        Assert.Equal((certificate, "E2E"), (updated.Text("status.certificate"), updated.Condition("StatusUpdate").Text("reason")));
        await requests.DeleteAsync(name);
    }
}
