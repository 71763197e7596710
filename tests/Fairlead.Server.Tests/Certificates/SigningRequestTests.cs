using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Certificates;

/// <summary>CertificateSigningRequests as the API serves them: who asked, who may approve, who may sign, and what stays.</summary>
[Collection(nameof(TestServer))]
public sealed class SigningRequestTests(TestServer server)
{
    const string Path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    const string Merge = "application/merge-patch+json";

    static string Request(string subject = "CN=jane")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Encode(new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
    }

    static string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));

    static string Certificate()
    {
        using var authority = TestCertificates.MakeAuthority("CN=signed");
        return Encode(authority.ExportCertificatePem());
    }

    static string Body(string name, string request, string signer = "example.com/signer", string usages = "\"client auth\"", string more = "") =>
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"request":"{{{request}}}","signerName":"{{{signer}}}","usages":[{{{usages}}}]{{{more}}}}, "status":{"conditions":[{"type":"Approved","status":"True"}]}}""";

    async Task<Answer> AsAsync(UserInfo user, string method, string path, string? body = null, string type = "application/json")
    {
        var answer = await server.Api.Transport(user).SendAsync(new ApiRequest(method, path, body is null ? null : type, Encoding.UTF8.GetBytes(body ?? "")), default);
        var text = Encoding.UTF8.GetString(answer.Body.Span);
        return new(answer.StatusCode, text, JsonNode.Parse(text) as JsonObject ?? [], []);
    }

    [Fact]
    public async Task The_server_writes_down_who_asked_and_nobody_approves_himself_at_once()
    {
        var body = Body("who", Request(), more: ",\"username\":\"liar\",\"groups\":[\"system:masters\"]");
        var made = await AsAsync(new("boot", ["system:masters", "more"], "7") { Extra = new Dictionary<string, IReadOnlyList<string>> { ["k"] = ["v"] } }, "POST", Path, body);
        Assert.Equal(201, made.Code);
        Assert.Equal(("boot", "7", "v"), (made.At("spec.username"), made.At("spec.uid"), made.At("spec.extra.k.0")));
        Assert.Equal(["system:masters", "more", "system:authenticated"], made.Json["spec"]!["groups"]!.AsArray().Select(g => g!.GetValue<string>()));
        Assert.Null(made.Json["status"]!["conditions"]);
        var table = await server.GetAsync($"{Path}/who", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(["Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"], table.Json["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal(["who", "example.com/signer", "boot", "<none>", "Pending"],
            table.Json["rows"]![0]!["cells"]!.AsArray().Where((_, i) => i != 1).Select(c => (string)c!));
        var changed = await server.PatchAsync($"{Path}/who", Merge, """{"metadata":{"labels":{"a":"b"}},"spec":{"username":"other"},"status":{"certificate":"YQ=="}}""");
        Assert.Equal((200, "boot", "b"), (changed.Code, changed.At("spec.username"), changed.At("metadata.labels.a")));
        Assert.Null(changed.Json["status"]!["certificate"]);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { Body("bad", Encode("hello")), "spec.request: Invalid value: \"" + Encode("hello") + "\": PEM block type must be CERTIFICATE REQUEST" },
        { Body("bad", Request(), usages: ""), "spec.usages: Required value: usages must be provided" },
        { Body("bad", Request(), usages: "\"any\",\"any\""), "spec.usages[1]: Duplicate value: \"any\"" },
        { Body("bad", Request(), signer: "kubernetes.io/legacy-unknown"), "spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy signerName is not allowed via this API version" },
        { Body("bad", Request(), signer: "nodomain"), "spec.signerName: Invalid value: \"nodomain\": must be a fully qualified domain and path of the form 'example.com/signer-name'" },
        { Body("bad", Request(), signer: "one/name"), "spec.signerName: Invalid value: \"one\": should be a domain with at least two segments separated by dots" },
        { Body("bad", Request(), more: ",\"expirationSeconds\":599"), "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_said_in_upstreams_words(string body, string message)
    {
        var answer = await server.PostAsync(Path, body);
        Assert.Equal((422, "CertificateSigningRequest.certificates.k8s.io \"bad\" is invalid: " + message), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task A_request_with_a_broken_signature_is_refused()
    {
        var pem = Encoding.ASCII.GetString(Convert.FromBase64String(Request()));
        var bytes = PemEncoding.Find(pem) is var f ? Convert.FromBase64String(pem[f.Base64Data]) : [];
        bytes[^1] ^= 1;
        var answer = await server.PostAsync(Path, Body("bad", Encode(PemEncoding.WriteString("CERTIFICATE REQUEST", bytes))));
        Assert.Equal(422, answer.Code);
        Assert.Contains("spec.request: Invalid value", answer.Message);
    }

    [Fact]
    public async Task Nobody_asks_for_mastery()
    {
        var answer = await server.PostAsync(Path, Body("master", Request("O=system:masters,CN=me"), "kubernetes.io/kube-apiserver-client"));
        Assert.Equal((403, "certificatesigningrequests.certificates.k8s.io \"master\" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed"), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task Approval_is_for_those_who_may_approve_and_final()
    {
        await server.PostAsync(Path, Body("approve", Request()));
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", """
            {"metadata":{"name":"csr-writer"},"rules":[{"verbs":["update","patch"],"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests/approval","certificatesigningrequests/status"]},
            {"verbs":["approve"],"apiGroups":["certificates.k8s.io"],"resources":["signers"],"resourceNames":["example.com/*"]}]}
            """);
        await server.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"csr-writer"},"roleRef":{"kind":"ClusterRole","name":"csr-writer"},"subjects":[{"kind":"User","name":"approver"}]}""");
        await server.PostAsync(Path, Body("foreign", Request(), "other.example.com/s"));
        const string approve = """{"status":{"conditions":[{"type":"Approved","status":"True","reason":"R"}]}}""";
        var approver = new UserInfo("approver", []);
        var foreign = await AsAsync(approver, "PATCH", $"{Path}/foreign/approval", approve, Merge);
        Assert.Equal((403, "certificatesigningrequests.certificates.k8s.io \"foreign\" is forbidden: user not permitted to approve requests with signerName \"other.example.com/s\""), (foreign.Code, foreign.Message));
        var approved = await AsAsync(approver, "PATCH", $"{Path}/approve/approval", approve, Merge);
        Assert.Equal(200, approved.Code);
        Assert.NotNull(approved.At("status.conditions.0.lastUpdateTime"));
        Assert.NotNull(approved.At("status.conditions.0.lastTransitionTime"));
        var sign = await AsAsync(approver, "PATCH", $"{Path}/approve/status", $$$"""{"status":{"certificate":"{{{Certificate()}}}"} }""", Merge);
        Assert.Equal((403, "certificatesigningrequests.certificates.k8s.io \"approve\" is forbidden: user not permitted to sign requests with signerName \"example.com/signer\""), (sign.Code, sign.Message));
        var undone = await server.PatchAsync($"{Path}/approve/approval", Merge, """{"status":{"conditions":[]}}""");
        Assert.Equal((422, "CertificateSigningRequest.certificates.k8s.io \"approve\" is invalid: status.conditions: Forbidden: updates may not remove a condition of type \"Approved\""), (undone.Code, undone.Message));
        var both = await server.PatchAsync($"{Path}/approve/approval", Merge, """{"status":{"conditions":[{"type":"Approved","status":"True"},{"type":"Denied","status":"True"}]}}""");
        Assert.Equal((422, "CertificateSigningRequest.certificates.k8s.io \"approve\" is invalid: status.conditions[1].type: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive"), (both.Code, both.Message));
    }

    [Fact]
    public async Task Status_takes_a_certificate_once_and_no_approval()
    {
        await server.PostAsync(Path, Body("status", Request()));
        var approval = await server.PatchAsync($"{Path}/status/status", Merge, """{"status":{"conditions":[{"type":"Approved","status":"True"}]}}""");
        Assert.Equal((422, "CertificateSigningRequest.certificates.k8s.io \"status\" is invalid: status.conditions: Forbidden: updates may not add a condition of type \"Approved\""), (approval.Code, approval.Message));
        var garbage = await server.PatchAsync($"{Path}/status/status", Merge, $$$"""{"status":{"certificate":"{{{Encode("x")}}}"} }""");
        Assert.Equal((422, "CertificateSigningRequest.certificates.k8s.io \"status\" is invalid: status.certificate: Invalid value: \"<certificate data>\": must contain at least one CERTIFICATE PEM block"), (garbage.Code, garbage.Message));
        Assert.Equal(200, (await server.PatchAsync($"{Path}/status/status", Merge, $$$"""{"status":{"certificate":"{{{Certificate()}}}"} }""")).Code);
        var again = await server.PatchAsync($"{Path}/status/status", Merge, $$$"""{"status":{"certificate":"{{{Certificate()}}}"} }""");
        Assert.Equal((422, "CertificateSigningRequest.certificates.k8s.io \"status\" is invalid: status.certificate: Forbidden: updates may not modify existing certificate content"), (again.Code, again.Message));
    }

    [Theory]
    [InlineData("approve", "Approved", "approved")]
    [InlineData("deny", "Denied", "denied")]
    public async Task Kubectl_answers_a_request(string verb, string condition, string said)
    {
        var name = "kubectl-" + verb;
        await server.PostAsync(Path, Body(name, Request()));
        Assert.Equal($"certificatesigningrequest.certificates.k8s.io/{name} {said}\n", await KubectlAsync("certificate", verb, name));
        Assert.Equal($"{condition} True Kubectl{condition.Replace("Denied", "Deny").Replace("Approved", "Approve")}",
            await KubectlAsync("get", "csr", name, "-o", "jsonpath={.status.conditions[0].type} {.status.conditions[0].status} {.status.conditions[0].reason}"));
        Assert.Contains(condition, await KubectlAsync("get", "csr", name, "--no-headers"));
        Assert.Contains("Requesting User:     admin", System.Text.RegularExpressions.Regex.Replace(await KubectlAsync("describe", "csr", name), "Requesting User: +", "Requesting User:     "));
    }

    async Task<string> KubectlAsync(params string[] arguments)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => System.IO.Path.Combine(d, "kubectl")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "kubectl is not on PATH");
        var start = new System.Diagnostics.ProcessStartInfo(program!, [$"--server={server.Address}", "--insecure-skip-tls-verify", $"--token={TestServer.AdminToken}", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = "/dev/null";
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
