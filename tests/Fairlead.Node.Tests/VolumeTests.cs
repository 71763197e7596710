using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Tests;

/// <summary>What containers see of Secrets, of the machine's files and of their service account.</summary>
[Collection(nameof(TestNode))]
public sealed class VolumeTests
{
    readonly TestNode node;

    public VolumeTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task SecretsReachContainersOnceTheyAreThere()
    {
        var shared = node.MakeDirectory("secrets");
        const string script = "{ echo $USER_NAME $ALL_user $ALL_word; cat /s/login/name; echo; ls -lL /s/login/name | busybox cut -c1-10; echo end; } > /shared/out; exec sleep 100000";
        await node.RunAsync("secrets", script, shared,
            c => c with
            {
                Env = [new() { Name = "USER_NAME", ValueFrom = new() { SecretKeyRef = new() { Name = "late", Key = "user" } } }],
                EnvFrom = [new() { Prefix = "ALL_", SecretRef = new() { Name = "late" } }],
                VolumeMounts = [.. c.VolumeMounts!, new() { Name = "s", MountPath = "/s" }],
            },
            s => s with { Volumes = [.. s.Volumes!, new() { Name = "s", Secret = new() { SecretName = "s", DefaultMode = 0x100, Items = [new() { Key = "user", Path = "login/name" }] } }] });
        await node.UntilEventAsync("secrets", "FailedMount", "MountVolume.SetUp failed for volume \"s\" : secret \"s\" not found");
        await SecretAsync("s");
        var waiting = await node.UntilAsync("secrets", p => p.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "CreateContainerConfigError");
        Assert.Equal("secret \"late\" not found", waiting.Status!.ContainerStatuses![0].State!.Waiting!.Message);
        await SecretAsync("late");
        Assert.Equal("ann ann s3cret\nann\n-r--------\nend\n", await node.UntilFileAsync(Path.Combine(shared, "out"), "end\n"));
        await node.RemoveAsync("secrets");
    }

    [Fact]
    public async Task PathsOfTheMachineAreMountedByTheirType()
    {
        var shared = node.MakeDirectory("host");
        Directory.CreateDirectory(Path.Combine(shared, "there"));
        await File.WriteAllTextAsync(Path.Combine(shared, "file"), "content");
        (string Name, string Type)[] volumes = [("there", "Directory"), ("made", "DirectoryOrCreate"), ("file", "File"), ("new", "FileOrCreate"), ("later", "Directory")];
        await node.RunAsync("host", "echo a > /m/there/a; echo b > /m/made/b; cat /m/file > /m/new; exec sleep 100000", null,
            c => c with { VolumeMounts = [.. volumes.Select(v => new VolumeMount { Name = v.Name, MountPath = "/m/" + v.Name })] },
            s => s with { Volumes = [.. volumes.Select(v => new Volume { Name = v.Name, HostPath = new() { Path = Path.Combine(shared, v.Name), Type = v.Type } })] });
        await node.UntilEventAsync("host", "FailedMount", $"MountVolume.SetUp failed for volume \"later\" : hostPath type check failed: {shared}/later is not a directory");
        var waiting = await node.UntilAsync("host", p => p.Status?.ContainerStatuses is not null);
        Assert.Equal("ContainerCreating", waiting.Status!.ContainerStatuses![0].State!.Waiting!.Reason);
        Assert.Equal("Pending", waiting.Status.Phase);
        Directory.CreateDirectory(Path.Combine(shared, "later"));
        await node.UntilReadyAsync("host");
        await node.UntilFileAsync(Path.Combine(shared, "new"), "content");
        await node.UntilFileAsync(Path.Combine(shared, "there", "a"), "a\n");
        await node.UntilFileAsync(Path.Combine(shared, "made", "b"), "b\n");
        await node.RemoveAsync("host");
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(shared, "file")));
    }

    [Fact]
    public async Task TheTokenOfAPodIsItsKeyToTheApi()
    {
        await node.Client.CreateAsync(new ConfigMap { Metadata = new() { Name = "kube-root-ca.crt", Namespace = "default" }, Data = new Dictionary<string, string> { ["ca.crt"] = node.AuthorityPem } }, default);
        var shared = node.MakeDirectory("token");
        const string at = "/var/run/secrets/kubernetes.io/serviceaccount";
        await node.RunAsync("token", $"for f in token ca.crt namespace; do cat {at}/$f > /shared/$f; done; echo -n end > /shared/end; exec sleep 100000", shared, spec: s => s with { AutomountServiceAccountToken = true });
        await node.UntilFileAsync(Path.Combine(shared, "end"), "end");
        Assert.Equal("default", await File.ReadAllTextAsync(Path.Combine(shared, "namespace")));
        var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(shared, "ca.crt")));

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } };
        using var http = new HttpClient(handler) { BaseAddress = node.Address };
        Assert.Contains("User \\\"system:anonymous\\\" cannot list", await (await http.GetAsync("/api/v1/namespaces")).Content.ReadAsStringAsync());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(Path.Combine(shared, "token")));
        Assert.Contains("User \\\"system:serviceaccount:default:default\\\" cannot list", await (await http.GetAsync("/api/v1/namespaces")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api")).StatusCode);
        await node.RemoveAsync("token");
    }

    async Task SecretAsync(string name) =>
        await node.Client.CreateAsync(new Secret { Metadata = new() { Name = name, Namespace = "default" }, Data = new Dictionary<string, string> { ["user"] = "YW5u", ["word"] = "czNjcmV0" } }, default);
}
