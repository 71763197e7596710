using System.Diagnostics;
using System.Text.RegularExpressions;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Node.Joining;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>A machine joins a real server with a token that the program made, over TLS, knowing nothing but what the token's maker told it.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly TemporaryFolder folder = new();
    ServerProcess server = null!;
    string[] cluster = [];

    public async ValueTask InitializeAsync()
    {
        var layout = ServerProcess.Prepare("join", Path.Combine(folder.Path, "data"));
        server = ServerProcess.Start(layout);
        await server.ReadyAsync();
        var own = Path.Combine(folder.Path, "kubeconfig");
        await File.WriteAllTextAsync(own, (await File.ReadAllTextAsync(layout.Kubeconfig, None)).Replace(layout.Server.Authority, $"127.0.0.1:{server.Port}"), None);
        cluster = ["--name", "join", "--data-dir", layout.DataFolder, "--kubeconfig", own];
    }

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        folder.Dispose();
        return default;
    }

    async Task<(string Address, string Token, string Hash)> TokenAsync(params string[] more)
    {
        var printed = (await FairleadProcess.RunAsync(["token", "create", "--print-join-command", .. cluster, .. more])).Succeeds();
        var words = Regex.Match(printed, @"^fairlead agent --join (\S+) --token (\S+) --ca-hash (\S+)\n$");
        Assert.True(words.Success, printed);
        return (words.Groups[1].Value, words.Groups[2].Value, words.Groups[3].Value);
    }

    Task<NodeCredentials> JoinAsync(string node, string address, string token, string hash, int? seconds = null) =>
        NodeCredentials.JoinAsync(Path.Combine(folder.Path, node), node, address, token, [hash], seconds, TimeProvider.System, _ => { }, None);

    [Fact]
    public async Task A_machine_becomes_a_node_and_stays_one()
    {
        var (address, token, hash) = await TokenAsync("--ttl", "1h", "--description", "for a test");
        Assert.Equal($"127.0.0.1:{server.Port}", address);
        using var joined = await JoinAsync("j1", address, token, hash);
        var client = new KubeClient(joined.Transport);
        var node = await client.CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = "j1" } }, None);
        Assert.Equal("j1", node.Metadata.Name);
        var refused = await Assert.ThrowsAsync<ApiException>(() => client.ListAsync<Secret>(null, ListOptions.All, None));
        Assert.Equal(403, refused.Code);
        var pki = Path.Combine(folder.Path, "j1");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(pki, "client.pem")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(pki));

        // Without the token, from what is kept.
        using var again = NodeCredentials.Open(pki, "j1", TimeProvider.System)!;
        await new KubeClient(again.Transport).GetAsync<Api.Core.V1.Node>(null, "j1", None);
        Assert.Null(NodeCredentials.Open(pki, "another", TimeProvider.System));
        Assert.Null(NodeCredentials.Open(pki + "-nothing", "j1", TimeProvider.System));

        var list = (await FairleadProcess.RunAsync(["token", "list", .. cluster])).Succeeds();
        Assert.Contains(token, list);
        Assert.Contains("authentication,signing   for a test    " + BootstrapToken.NodeGroup, list);
        Assert.Equal($"bootstrap token \"{token[..6]}\" deleted\n", (await FairleadProcess.RunAsync(["token", "delete", token, .. cluster])).Succeeds());
        (await FairleadProcess.RunAsync(["token", "delete", token, .. cluster])).FailsWith($"fairlead: There is no token {token[..6]}: see ./fairlead token list.");
    }

    [Fact]
    public async Task Certificates_are_renewed_before_their_end_without_a_restart()
    {
        var (address, token, hash) = await TokenAsync();
        // As if it were past its time: ten minutes are the least that is signed, and five of them are behind it at once.
        using var joined = await JoinAsync("j2", address, token, hash, 600);
        var before = joined.Certificate;
        Assert.InRange(before.NotAfter - DateTime.Now, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        using var stop = new CancellationTokenSource();
        var late = new LateClock(TimeSpan.FromMinutes(9));
        using var kept = NodeCredentials.Open(Path.Combine(folder.Path, "j2"), "j2", late)!;
        var log = new List<string>();
        var rotating = kept.RotateAsync(null, log.Add, stop.Token);
        for (var began = Stopwatch.StartNew(); kept.Certificate.Thumbprint == before.Thumbprint; await Task.Delay(50, None)) Assert.True(began.Elapsed < TimeSpan.FromSeconds(30), string.Join('\n', log));
        Assert.True(kept.Certificate.NotAfter > DateTime.Now.AddDays(300));
        await new KubeClient(kept.Transport).CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = "j2" } }, None);
        using var stored = NodeCredentials.Open(Path.Combine(folder.Path, "j2"), "j2", TimeProvider.System)!;
        Assert.Equal(kept.Certificate.Thumbprint, stored.Certificate.Thumbprint);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rotating);
        var requests = await server.Client.ListAsync<CertificateSigningRequest>(null, ListOptions.All, None);
        Assert.Contains(requests.Items, r => r.Spec!.Username == "system:node:j2" && r.Status!.Conditions!.Any(c => c.Message!.Contains("self kubelet client")));
    }

    [Fact]
    public async Task A_nodes_server_gets_its_certificate_when_its_node_tells_its_addresses_and_the_next_before_its_end()
    {
        var (address, token, hash) = await TokenAsync();
        using var joined = await JoinAsync("j4", address, token, hash);
        var (client, pki, log) = (new KubeClient(joined.Transport), Path.Combine(folder.Path, "j4"), new List<string>());
        var ip = System.Net.IPAddress.Parse("192.0.2.4");
        var serving = NodeServingCertificate.Open(pki, "j4", [ip], TimeProvider.System);
        Assert.False(serving.IsSigned);
        Assert.Equal("CN=j4", serving.Current.Issuer);
        using var stop = new CancellationTokenSource();
        var rotating = serving.RotateAsync(client, 600, log.Add, stop.Token);
        await client.CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = "j4" } }, None);
        // Not an update: a controller may be writing the Node too.
        await client.MergePatchAsync<Api.Core.V1.Node>(null, "j4", JsonNode.Parse("""{"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.4"}]}}""")!, "status", None);
        for (var began = Stopwatch.StartNew(); !serving.IsSigned; await Task.Delay(50, None)) Assert.True(began.Elapsed < TimeSpan.FromSeconds(30), string.Join('\n', log));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rotating);
        Assert.Equal((server.Authority.Subject, true), (serving.Current.Issuer, serving.Current.MatchesHostname("192.0.2.4") && serving.Current.MatchesHostname("j4")));

        // What is kept serves the next start, under the same address and no other; and it is renewed before its end.
        Assert.Equal(serving.Current.Thumbprint, NodeServingCertificate.Open(pki, "j4", [ip], TimeProvider.System).Current.Thumbprint);
        Assert.False(NodeServingCertificate.Open(pki, "j4", [System.Net.IPAddress.Parse("192.0.2.5")], TimeProvider.System).IsSigned);
        var late = NodeServingCertificate.Open(pki, "j4", [ip], new LateClock(TimeSpan.FromMinutes(9)));
        Assert.True(late.IsSigned);
        using var end = new CancellationTokenSource();
        var renewing = late.RotateAsync(client, null, log.Add, end.Token);
        for (var began = Stopwatch.StartNew(); late.Current.Thumbprint == serving.Current.Thumbprint; await Task.Delay(50, None)) Assert.True(began.Elapsed < TimeSpan.FromSeconds(30), string.Join('\n', log));
        Assert.True(late.Current.NotAfter > DateTime.Now.AddDays(300));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewing);
    }

    [Fact]
    public async Task A_nodes_proxy_and_dns_server_act_as_themselves()
    {
        var (address, token, hash) = await TokenAsync();
        using var joined = await JoinAsync("j5", address, token, hash);
        var client = new KubeClient(joined.Transport);
        var clock = new MovableClock();
        using var connection = joined.Transport.Without("kube-proxy");
        using var transport = new NodeBoundTransport(client, "j5", "kube-proxy", connection, clock);
        var proxy = new KubeClient(transport);
        var listing = proxy.ListAsync<Service>(null, ListOptions.All, None); // waits for its Node
        await Assert.ThrowsAsync<TimeoutException>(() => listing.WaitAsync(TimeSpan.FromMilliseconds(300), None));
        await client.CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = "j5" } }, None);
        Assert.Contains((await listing).Items, s => s.Metadata.Name == "kubernetes");
        Assert.Equal("system:serviceaccount:kube-system:kube-proxy", await NameAsync(proxy));
        Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => proxy.ListAsync<Secret>(null, ListOptions.All, None))).Code);
        var first = await CredentialAsync(proxy);
        Assert.Equal(first, await CredentialAsync(proxy));
        clock.Late = TimeSpan.FromMinutes(50);
        var second = await CredentialAsync(proxy);
        Assert.NotEqual(first, second);

        // The token dies with the Node; with the next Node there is the next token.
        await server.Client.DeleteAsync<Api.Core.V1.Node>(null, "j5", new DeleteOptions(), None);
        await client.CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = "j5" } }, None);
        Assert.NotEqual(second, await CredentialAsync(proxy));
        await server.Client.DeleteAsync<Api.Core.V1.Node>(null, "j5", new DeleteOptions(), None);
        await client.CreateAsync(new Api.Core.V1.Node { Metadata = new ObjectMeta { Name = "j5" } }, None);
        Task WatchAsync() => FirstAsync(proxy.WatchAsync<Service>(null, ListOptions.All with { ResourceVersion = "0" }, None));
        Assert.Equal(401, (await Assert.ThrowsAsync<ApiException>(WatchAsync)).Code);
        await WatchAsync();
    }

    static async Task FirstAsync<T>(IAsyncEnumerable<T> events)
    {
        await foreach (var _ in events) return;
    }

    static async Task<JsonNode> WhoAsync(KubeClient client)
    {
        var answer = await client.RawAsync(new ApiRequest("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "application/json", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"""u8.ToArray()), None);
        return JsonNode.Parse(answer.Body.Span)!["status"]!["userInfo"]!;
    }

    static async Task<string?> NameAsync(KubeClient client) => (string?)(await WhoAsync(client))["username"];

    static async Task<string?> CredentialAsync(KubeClient client) => (await WhoAsync(client))["extra"]?["authentication.kubernetes.io/credential-id"]?.ToJsonString();

    [Fact]
    public async Task Nobody_is_believed_who_does_not_know_the_token_or_has_another_key()
    {
        var (address, token, hash) = await TokenAsync();
        var other = await Assert.ThrowsAsync<JoinException>(() => JoinAsync("j3", address, token, "sha256:" + new string('0', 64)));
        Assert.Equal($"The CA of {address} has another key than --ca-hash says: this may be another cluster, or someone between.", other.Message);
        var unsigned = await Assert.ThrowsAsync<JoinException>(() => JoinAsync("j3", address, token[..7] + new string('x', 16), hash));
        Assert.Equal($"What {address} says is not signed with this token {token[..6]}: the token's second half is wrong, or this is another server.", unsigned.Message);
        Assert.Equal("The token is not of the form abcdef.0123456789abcdef. Make a token on the server with ./fairlead token create.",
            (await Assert.ThrowsAsync<JoinException>(() => JoinAsync("j3", address, "secret", hash))).Message);
        Assert.StartsWith("\"md5:1\" is no hash of a CA", (await Assert.ThrowsAsync<JoinException>(() => JoinAsync("j3", address, token, "md5:1"))).Message);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "j3")));

        // A token does no more than it is for.
        using var transport = new HttpsTransport(new(new($"https://{address}"), server.Authority, null, token));
        var bearer = new KubeClient(transport);
        Assert.Equal(403, (await Assert.ThrowsAsync<ApiException>(() => bearer.ListAsync<Pod>(null, ListOptions.All, None))).Code);
        await server.Client.DeleteAsync<Secret>("kube-system", BootstrapToken.SecretNameOf(token[..6]), new DeleteOptions(), None);
        Assert.Equal(401, (await Assert.ThrowsAsync<ApiException>(() => bearer.ListAsync<CertificateSigningRequest>(null, ListOptions.All, None))).Code);
    }

    sealed class MovableClock : TimeProvider
    {
        public TimeSpan Late { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Late;
    }

    /// <summary>The system's clock, so much later.</summary>
    sealed class LateClock(TimeSpan late) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + late;
    }
}
