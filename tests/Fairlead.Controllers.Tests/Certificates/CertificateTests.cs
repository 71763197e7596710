using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Api.Certificates;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Certificates;
using Fairlead.Server.Authentication;
using Fairlead.Server.Tests;

namespace Fairlead.Controllers.Tests.Certificates;

/// <summary>Requests for certificates from the question to the certificate, and what becomes of those that nobody answers.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    readonly RunningControllers running = new() { Options = new() { RootCertificate = "-----BEGIN CERTIFICATE-----", SigningAuthority = TestCertificates.Authority } };
    ApiUnderTest Api => running.Api;

    public ValueTask InitializeAsync() => running.InitializeAsync();
    public ValueTask DisposeAsync() => running.DisposeAsync();

    static CertificateSigningRequest Request(string name, string subject, string signer, IReadOnlyList<string> usages, int? seconds = null, Action<SubjectAlternativeNameBuilder>? names = null, AsymmetricAlgorithm? key = null)
    {
        using var made = key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var request = key is RSA rsa
            ? new CertificateRequest(new X500DistinguishedName(subject), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(new X500DistinguishedName(subject), made!, HashAlgorithmName.SHA256);
        if (names is not null)
        {
            var builder = new SubjectAlternativeNameBuilder();
            names(builder);
            request.CertificateExtensions.Add(builder.Build());
        }
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true)); // asked for, never given
        return new()
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new() { Request = Convert.ToBase64String(Encoding.ASCII.GetBytes(request.CreateSigningRequestPem())), SignerName = signer, Usages = usages, ExpirationSeconds = seconds },
        };
    }

    async Task ApproveAsync(CertificateSigningRequest request) => await Api.Client.UpdateApprovalAsync(request.With("Approved", "Test", "by a test"), default);

    static X509Certificate2 Certificate(CertificateSigningRequest request) =>
        X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(request.Status!.Certificate!)));

    [Fact]
    public async Task An_approved_request_gets_its_subject_names_usages_and_time_and_nothing_else()
    {
        using var rsa = RSA.Create(2048);
        foreach (var key in (AsymmetricAlgorithm?[])[null, rsa])
        {
            var name = key is null ? "ec" : "rsa";
            var made = await Api.Client.CreateAsync(Request(name, "O=dev,CN=jane", RequestForm.ApiServerClient, ["digital signature", "client auth"], 7200, n => n.AddDnsName("jane.example.com"), key), default);
            await ApproveAsync(made);
            var issued = await Api.UntilAsync<CertificateSigningRequest>(null, name, r => r.IsIssued());
            using var certificate = Certificate(issued);
            Assert.Equal("O=dev, CN=jane", certificate.SubjectName.Name);
            Assert.InRange(certificate.NotAfter - DateTime.Now, TimeSpan.FromMinutes(118), TimeSpan.FromHours(2));
            Assert.Equal(["jane.example.com"], certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
            Assert.Equal(["1.3.6.1.5.5.7.3.2"], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(u => u.Value));
            Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
            Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(TestCertificates.Authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            Assert.True(chain.Build(certificate));
        }
    }

    [Theory]
    [InlineData(RequestForm.ApiServerClient, "CN=x", "server auth", "invalid usage for client certificate: server auth")]
    [InlineData(RequestForm.ApiServerClient, "CN=x", "digital signature", "missing required usage for client certificate: client auth")]
    [InlineData(RequestForm.KubeletServing, "O=system:nodes,CN=system:node:n", "digital signature,server auth", "DNS or IP subjectAltName is required")]
    [InlineData(RequestForm.KubeletServing, "O=others,CN=system:node:n", "digital signature,server auth", "subject organization is not system:nodes")]
    [InlineData(RequestForm.KubeletClient, "O=system:nodes,CN=n", "digital signature,client auth", "subject common name does not begin with system:node:")]
    [InlineData(RequestForm.KubeletClient, "O=system:nodes,CN=system:node:n", "client auth", "usages did not match [digital signature, key encipherment, client auth]")]
    public async Task A_request_of_the_wrong_form_fails(string signer, string subject, string usages, string message)
    {
        var made = await Api.Client.CreateAsync(Request("wrong", subject, signer, usages.Split(',')), default);
        await ApproveAsync(made);
        var failed = await Api.UntilAsync<CertificateSigningRequest>(null, "wrong", r => r.Condition("Failed") is not null);
        Assert.Equal(("SignerValidationFailure", message), (failed.Condition("Failed")!.Reason, failed.Condition("Failed")!.Message));
        Assert.NotNull(failed.Condition("Approved"));
    }

    [Fact]
    public async Task Nodes_are_approved_by_what_their_askers_may_and_others_wait()
    {
        string[] usages = ["digital signature", "client auth"];
        var joining = Api.As(new UserInfo("system:bootstrap:abcdef", ["system:bootstrappers", BootstrapToken.NodeGroup]));
        await joining.CreateAsync(Request("first", "O=system:nodes,CN=system:node:a", RequestForm.KubeletClient, usages), default);
        var first = await Api.UntilAsync<CertificateSigningRequest>(null, "first", r => r.IsIssued());
        Assert.Equal("Auto approving kubelet client certificate after SubjectAccessReview.", first.Condition("Approved")!.Message);

        var node = Api.As(new UserInfo("system:node:a", ["system:nodes"]));
        await node.CreateAsync(Request("next", "O=system:nodes,CN=system:node:a", RequestForm.KubeletClient, usages), default);
        var next = await Api.UntilAsync<CertificateSigningRequest>(null, "next", r => r.IsIssued());
        Assert.Equal(("AutoApproved", "Auto approving self kubelet client certificate after SubjectAccessReview."), (next.Condition("Approved")!.Reason, next.Condition("Approved")!.Message));

        await node.CreateAsync(Request("another", "O=system:nodes,CN=system:node:b", RequestForm.KubeletClient, usages), default);
        await node.CreateAsync(Request("serving", "O=system:nodes,CN=system:node:a", RequestForm.KubeletServing, ["digital signature", "server auth"], names: n => n.AddIpAddress(IPAddress.Loopback)), default);
        await Api.Client.CreateAsync(Request("person", "CN=jane", RequestForm.ApiServerClient, ["client auth"]), default);
        await node.CreateAsync(Request("last", "O=system:nodes,CN=system:node:a", RequestForm.KubeletClient, usages), default);
        var all = await Api.UntilAsync<CertificateSigningRequest>(null, rs => rs.Any(r => r.Metadata.Name == "last" && r.IsIssued()));
        Assert.Equal(["another", "person", "serving"], all.Where(r => !r.IsApproved()).Select(r => r.Metadata.Name).Order());
    }

    [Fact]
    public async Task A_nodes_server_is_approved_under_the_names_that_its_node_has_if_it_asks_itself()
    {
        string[] usages = ["digital signature", "server auth"];
        const string subject = "O=system:nodes,CN=system:node:s";
        var made = await Api.Client.CreateAsync(new Node { Metadata = new ObjectMeta { Name = "s" } }, default);
        await Api.Client.UpdateStatusAsync(made with { Status = new() { Addresses = [new() { Type = "InternalIP", Address = "192.0.2.7" }, new() { Type = "InternalIP", Address = "2001:db8::7" }, new() { Type = "Hostname", Address = "s.example.com" }] } }, default);
        var node = Api.As(new UserInfo("system:node:s", ["system:nodes"]));
        await node.CreateAsync(Request("own", subject, RequestForm.KubeletServing, usages, names: n => { n.AddDnsName("s"); n.AddDnsName("s.example.com"); n.AddIpAddress(IPAddress.Parse("192.0.2.7")); n.AddIpAddress(IPAddress.Parse("2001:db8::7")); }), default);
        var own = await Api.UntilAsync<CertificateSigningRequest>(null, "own", r => r.IsIssued());
        Assert.Equal("Auto approving self kubelet server certificate after SubjectAccessReview.", own.Condition("Approved")!.Message);
        using var certificate = Certificate(own);
        Assert.Equal(["1.3.6.1.5.5.7.3.1"], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(u => u.Value));
        Assert.Equal(["192.0.2.7", "2001:db8::7"], certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses().Select(a => a.ToString()));

        await node.CreateAsync(Request("other-address", subject, RequestForm.KubeletServing, usages, names: n => { n.AddIpAddress(IPAddress.Parse("192.0.2.7")); n.AddIpAddress(IPAddress.Parse("192.0.2.8")); }), default);
        await node.CreateAsync(Request("other-name", subject, RequestForm.KubeletServing, usages, names: n => n.AddDnsName("kubernetes.default.svc")), default);
        await node.CreateAsync(Request("other-node", "O=system:nodes,CN=system:node:t", RequestForm.KubeletServing, usages, names: n => n.AddIpAddress(IPAddress.Parse("192.0.2.7"))), default);
        await Api.Client.CreateAsync(Request("asked-by-another", subject, RequestForm.KubeletServing, usages, names: n => n.AddIpAddress(IPAddress.Parse("192.0.2.7"))), default);
        await node.CreateAsync(Request("last", subject, RequestForm.KubeletServing, usages, names: n => n.AddIpAddress(IPAddress.Parse("192.0.2.7"))), default);
        var all = await Api.UntilAsync<CertificateSigningRequest>(null, rs => rs.Any(r => r.Metadata.Name == "last" && r.IsIssued()));
        Assert.Equal(["asked-by-another", "other-address", "other-name", "other-node"], all.Where(r => !r.IsApproved()).Select(r => r.Metadata.Name).Order());
    }

    [Fact]
    public void Requests_go_an_hour_after_their_answer_and_a_day_without_one()
    {
        var made = new CertificateSigningRequest { Metadata = new ObjectMeta { CreationTimestamp = Given.Noon } };
        static CertificateSigningRequest At(CertificateSigningRequest request, string type, string? certificate = null) =>
            request with { Status = new() { Certificate = certificate, Conditions = [new() { Type = type, Status = "True", LastUpdateTime = Given.Noon.AddMinutes(5) }] } };
        Assert.Equal(Given.Noon.AddHours(24), CertificateCleaner.EndOf(made));
        Assert.Equal(Given.Noon.AddMinutes(65), CertificateCleaner.EndOf(At(made, "Denied")));
        Assert.Equal(Given.Noon.AddMinutes(65), CertificateCleaner.EndOf(At(made, "Failed")));
        Assert.Equal(Given.Noon.AddMinutes(65), CertificateCleaner.EndOf(At(made, "Approved", "eA==")));
        Assert.Equal(Given.Noon.AddHours(24).AddMinutes(5), CertificateCleaner.EndOf(At(made, "Approved")));
    }

    [Fact]
    public async Task Cluster_info_is_signed_with_each_token_and_ended_tokens_go()
    {
        await Api.Client.CreateAsync(new ConfigMap { Metadata = new ObjectMeta { Name = "cluster-info", Namespace = "kube-public" }, Data = new Dictionary<string, string> { ["kubeconfig"] = "content" } }, default);
        var lasting = BootstrapToken.New((alphabet, count) => RandomNumberGenerator.GetString(alphabet, count), null, "");
        var ending = BootstrapToken.New((alphabet, count) => RandomNumberGenerator.GetString(alphabet, count), DateTimeOffset.UtcNow.AddSeconds(2), "");
        await Api.Client.CreateAsync(lasting.ToSecret(), default);
        await Api.Client.CreateAsync(ending.ToSecret(), default);
        var signed = await Api.UntilAsync<ConfigMap>("kube-public", "cluster-info", m => m.Data!.Count == 3);
        var signature = signed.Data![ClusterInfoMap.Signature + lasting.Id];
        Assert.True(BootstrapToken.Verify("content", signature, lasting.Secret));
        Assert.False(BootstrapToken.Verify("content", signature, ending.Secret));
        Assert.False(BootstrapToken.Verify("other", signature, lasting.Secret));
        await Api.GoneAsync<Secret>("kube-system", ending.SecretName);
        await Api.UntilAsync<ConfigMap>("kube-public", "cluster-info", m => m.Data!.Count == 2 && m.Data.ContainsKey(ClusterInfoMap.Signature + lasting.Id));
    }
}
