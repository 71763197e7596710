using System.Text.RegularExpressions;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Json;
using Fairlead.Server.Tests;
using Fairlead.Server.Tests.Identity;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>The options --oidc-* and --authentication-config of `fairlead server`: whom the server takes a token's bearer for.</summary>
public sealed class IdentityFlagsTests : IAsyncLifetime
{
    readonly TemporaryFolder folder = new();
    TestIssuer issuer = null!;
    string authority = "";

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        authority = Path.Combine(folder.Path, "issuer.crt");
        await File.WriteAllTextAsync(authority, TestCertificates.Authority.ExportCertificatePem());
    }

    public async ValueTask DisposeAsync()
    {
        await issuer.DisposeAsync();
        folder.Dispose();
    }

    ClusterLayout Cluster() => ServerProcess.Prepare("identity", Path.Combine(folder.Path, "data"));

    Task<ServerProcess> StartAsync(params string[] flags) => ServerProcess.StartReadyAsync(Cluster(), flags);

    /// <summary>Name and groups that the server sees in a token; null if it refuses it.</summary>
    static async Task<string?> WhoAsync(ServerProcess server, string token)
    {
        var answer = await server.WithToken(token).Transport.SendAsync(
            new ApiRequest("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "application/json", """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"""u8.ToArray()), default);
        if (answer.StatusCode == 401) return null;
        var user = JsonNode.Parse(answer.Body.Span)!["status"]!["userInfo"]!;
        return $"{user["username"]} {string.Join(' ', user["groups"]!.AsArray())}";
    }

    JsonObject Claims()
    {
        var claims = issuer.Claims("jane");
        (claims["email"], claims["teams"], claims["site"]) = ("jane@example.com", new JsonArray("dev", "ops"), "north");
        return claims;
    }

    [Fact]
    public async Task An_issuer_without_more_names_users_by_their_subject_under_its_own_name()
    {
        using var server = await StartAsync("--oidc-issuer-url", issuer.Url, "--oidc-client-id", "fairlead", "--oidc-ca-file", authority);
        Assert.Equal($"{issuer.Url}#jane system:authenticated", await WhoAsync(server, issuer.Sign(Claims())));
        var elsewhere = Claims();
        elsewhere["aud"] = "other";
        Assert.Null(await WhoAsync(server, issuer.Sign(elsewhere)));
        Assert.Null(await WhoAsync(server, issuer.Sign(Claims(), "ES256"))); // RS256 alone, unless --oidc-signing-algs says more
    }

    [Fact]
    public async Task Claims_prefixes_and_algorithms_are_chosen_by_flags()
    {
        using var server = await StartAsync("--oidc-issuer-url", issuer.Url, "--oidc-client-id", "fairlead", "--oidc-ca-file", authority,
            "--oidc-username-claim", "email", "--oidc-username-prefix", "u:", "--oidc-groups-claim", "teams", "--oidc-groups-prefix", "g:",
            "--oidc-signing-algs", "RS256,ES256", "--oidc-required-claim", "site=north", "--oidc-required-claim", "sub=jane");
        foreach (var algorithm in (string[])["RS256", "ES256"])
            Assert.Equal("u:jane@example.com g:dev g:ops system:authenticated", await WhoAsync(server, issuer.Sign(Claims(), algorithm)));
        Assert.Null(await WhoAsync(server, issuer.Sign(Claims(), "PS384")));
        foreach (var (claim, value) in ((string, string)[])[("site", "south"), ("sub", "joe")])
        {
            var other = Claims();
            other[claim] = value;
            Assert.Null(await WhoAsync(server, issuer.Sign(other)));
        }
    }

    [Fact]
    public async Task A_hyphen_is_no_prefix()
    {
        using var server = await StartAsync("--oidc-issuer-url", issuer.Url, "--oidc-client-id", "fairlead", "--oidc-ca-file", authority, "--oidc-username-prefix", "-");
        Assert.Equal("jane system:authenticated", await WhoAsync(server, issuer.Sign(Claims())));
    }

    [Fact]
    public async Task The_file_of_authentication_is_read()
    {
        var config = JsonNode.Parse("""{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","jwt":[{"issuer":{"audiences":["fairlead"]},"claimMappings":{"username":{"expression":"'of ' + claims.site + ':' + claims.sub"} } }]}""")!;
        (config["jwt"]![0]!["issuer"]!["url"], config["jwt"]![0]!["issuer"]!["certificateAuthority"]) = (issuer.Url, await File.ReadAllTextAsync(authority));
        var file = Path.Combine(folder.Path, "authentication.json");
        await File.WriteAllTextAsync(file, config.ToJsonString());
        using var server = await StartAsync("--authentication-config", file);
        Assert.Equal("of north:jane system:authenticated", await WhoAsync(server, issuer.Sign(Claims())));
        Assert.Null(await WhoAsync(server, issuer.Sign(issuer.Claims("jane", -1))));
    }

    /// <summary>Issuers count from the next request; who is let in without credentials, from the next start (as upstream).</summary>
    [Fact]
    public async Task The_file_of_authentication_is_read_again_when_it_changes()
    {
        await using var other = await TestIssuer.StartAsync();
        var file = Path.Combine(folder.Path, "authentication.json");
        await WriteAsync(issuer, "of old:", "/livez");
        using var server = await StartAsync("--authentication-config", file);
        var (before, after) = (issuer.Sign(issuer.Claims("jane")), other.Sign(other.Claims("joe")));
        Assert.Equal(("of old:jane system:authenticated", null), (await WhoAsync(server, before), await WhoAsync(server, after)));

        await WriteAsync(other, "of new:", "/livez");
        await server.UntilAsync(async () => await WhoAsync(server, after) == "of new:joe system:authenticated");
        Assert.Null(await WhoAsync(server, before));
        await ReloadedAsync(server, "success", 1);

        await File.WriteAllTextAsync(file, """{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","jwt":[{}]}""");
        await ReloadedAsync(server, "failure", 1);
        await server.UntilAsync(() => Task.FromResult(server.Output.Contains($"the authentication configuration {file} can't be used, what was read before counts still: jwt[0].issuer", StringComparison.Ordinal)));
        Assert.Equal((null, "of new:joe system:authenticated"), (await WhoAsync(server, before), await WhoAsync(server, after)));

        Assert.DoesNotContain("(anonymous)", server.Output, StringComparison.Ordinal);
        Assert.Equal((200, 401), (await server.NobodyAsync("/livez"), await server.NobodyAsync("/version")));
        await WriteAsync(issuer, "of mended:", "/version");
        await server.UntilAsync(async () => await WhoAsync(server, before) == "of mended:jane system:authenticated");
        await ReloadedAsync(server, "success", 2);
        await server.UntilAsync(() => Task.FromResult(server.Output.Contains("(anonymous) has changed in the authentication configuration; that counts when the server is started again", StringComparison.Ordinal)));
        Assert.Equal((200, 401), (await server.NobodyAsync("/livez"), await server.NobodyAsync("/version")));

        async Task WriteAsync(TestIssuer issuer, string prefix, string open)
        {
            var config = JsonNode.Parse("""{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","jwt":[{"issuer":{"audiences":["fairlead"]},"claimMappings":{"username":{"claim":"sub"}}}],"anonymous":{"enabled":true,"conditions":[{}]}}""")!;
            (config["jwt"]![0]!["issuer"]!["url"], config["jwt"]![0]!["issuer"]!["certificateAuthority"]) = (issuer.Url, await File.ReadAllTextAsync(authority));
            (config["jwt"]![0]!["claimMappings"]!["username"]!["prefix"], config["anonymous"]!["conditions"]![0]!["path"]) = (prefix, open);
            await File.WriteAllTextAsync(file + ".new", config.ToJsonString());
            File.Move(file + ".new", file, overwrite: true);
        }

        static Task ReloadedAsync(ServerProcess server, string status, int times) => server.UntilAsync(async () =>
            Regex.IsMatch(await server.MetricsAsync(), $$"""apiserver_authentication_config_controller_automatic_reloads_total\{apiserver_id_hash="sha256:[0-9a-f]+",status="{{status}}"\} {{times}}\n"""));
    }

    [Theory]
    [InlineData("--oidc-issuer-url=https://x", "--oidc-issuer-url and --oidc-client-id go together: give both.")]
    [InlineData("--oidc-client-id=x", "--oidc-issuer-url and --oidc-client-id go together: give both.")]
    [InlineData("--oidc-issuer-url=http://x --oidc-client-id=x", "--oidc-issuer-url: Invalid value: \"http://x\": URL scheme must be https.")]
    [InlineData("--oidc-issuer-url=https://x --oidc-client-id=x --oidc-ca-file=FOLDER/none", "--oidc-ca-file FOLDER/none can't be read: Could not find file 'FOLDER/none'.")]
    [InlineData("--oidc-issuer-url=https://x --oidc-client-id=x --oidc-ca-file=WRONG", "--oidc-ca-file: Invalid value: it holds no certificate in PEM.")]
    [InlineData("--oidc-issuer-url=https://x --oidc-client-id=x --oidc-required-claim=site", "--oidc-required-claim site is no CLAIM=VALUE: give one such as site=north.")]
    [InlineData("--oidc-issuer-url=https://x --oidc-client-id=x --oidc-signing-algs=RS256,HS256", "--oidc-signing-algs: Unsupported value: \"HS256\": supported values: \"ES256\", \"ES384\", \"ES512\", \"PS256\", \"PS384\", \"PS512\", \"RS256\", \"RS384\", \"RS512\".")]
    [InlineData("--authentication-config=FOLDER/none", "--authentication-config FOLDER/none can't be read: Could not find file 'FOLDER/none'.")]
    [InlineData("--authentication-config=WRONG", "--authentication-config WRONG: kind AuthenticationConfiguration of apiVersion apiserver.config.k8s.io/v1beta1 is expected.")]
    [InlineData("--authentication-config=WRONG --oidc-issuer-url=https://x --oidc-client-id=x", "--authentication-config and --oidc-issuer-url exclude each other: give one.")]
    public async Task What_makes_no_sense_is_said_and_nothing_is_served(string flags, string sentence)
    {
        var wrong = Path.Combine(folder.Path, "wrong.yaml");
        await File.WriteAllTextAsync(wrong, "kind: Config\n");
        string Filled(string text) => text.Replace("WRONG", wrong, StringComparison.Ordinal).Replace("FOLDER", folder.Path, StringComparison.Ordinal);
        (await ServerProcess.RefusedAsync(Cluster(), Filled(flags).Split(' '))).FailsWith("fairlead: " + Filled(sentence));
    }
}
