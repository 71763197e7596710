using System.Diagnostics;
using System.Text.RegularExpressions;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Certificates.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Https;
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

    /// <summary>The system's clock, so much later.</summary>
    sealed class LateClock(TimeSpan late) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + late;
    }
}
