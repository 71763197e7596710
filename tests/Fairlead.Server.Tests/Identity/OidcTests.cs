using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Json;
using Fairlead.Server.Authentication.Oidc;

namespace Fairlead.Server.Tests.Identity;

public sealed class OidcTests : IAsyncLifetime
{
    TestIssuer issuer = null!;
    TestServer server = null!;
    readonly MovableClock clock = new();
    readonly List<string> refusals = [];

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        var config = new JsonObject
        {
            ["apiVersion"] = "apiserver.config.k8s.io/v1beta1",
            ["kind"] = "AuthenticationConfiguration",
            ["jwt"] = new JsonArray(JsonNode.Parse($$"""
                {"issuer": {"url": "{{issuer.Url}}", "audiences": ["fairlead", "other"], "audienceMatchPolicy": "MatchAny"},
                 "claimMappings": {"username": {"claim": "sub", "prefix": "oidc:"}, "groups": {"expression": "has(claims.teams) ? claims.teams.map(t, 'team:' + t) : []"},
                                   "uid": {"expression": "has(claims.id) ? claims.id : ''"}, "extra": [{"key": "example.org/site", "valueExpression": "has(claims.site) ? claims.site : ''"}]},
                 "claimValidationRules": [{"expression": "!has(claims.blocked) || !claims.blocked", "message": "blocked"}],
                 "userValidationRules": [{"expression": "!user.groups.exists(g, g == 'team:banned')", "message": "banned"}]}
                """)),
        };
        config["jwt"]![0]!["issuer"]!["certificateAuthority"] = TestCertificates.Authority.ExportCertificatePem();
        var read = AuthenticationConfiguration.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()));
        server = new() { Change = o => o with { Tokens = [.. o.Tokens, .. read.Issuers.Select(r => new JwtAuthenticator(r, clock, refusals.Add))] } };
        await server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task A_token_is_the_user_that_its_claims_make(string algorithm)
    {
        var claims = issuer.Claims("jane");
        (claims["teams"], claims["id"], claims["site"]) = (new JsonArray("dev", "ops"), "77", "north");
        var user = await WhoAsync(issuer.Sign(claims, algorithm));
        Assert.Equal(("oidc:jane", "77"), ((string?)user!["username"], (string?)user["uid"]));
        Assert.Equal(["team:dev", "team:ops", "system:authenticated"], user["groups"]!.AsArray().Select(g => (string)g!));
        Assert.Equal("""{"example.org/site":["north"]}""", user["extra"]!.ToJsonString());
    }

    [Fact]
    public async Task Keys_are_fetched_once_and_again_for_one_that_is_new()
    {
        Assert.NotNull(await WhoAsync(issuer.Sign(issuer.Claims("jane"))));
        Assert.NotNull(await WhoAsync(issuer.Sign(issuer.Claims("joe"))));
        Assert.Equal(1, issuer.Asked);
        issuer.RsaId = "rsa-2";
        Assert.Null(await WhoAsync(issuer.Sign(issuer.Claims("joe")))); // not again at once
        Assert.Equal(1, issuer.Asked);
        clock.Ahead = TimeSpan.FromSeconds(30);
        Assert.NotNull(await WhoAsync(issuer.Sign(issuer.Claims("joe"))));
        Assert.Equal(2, issuer.Asked);
    }

    [Theory]
    [InlineData("expired", "expired")]
    [InlineData("without end", "expired")]
    [InlineData("not yet valid", "not yet")]
    [InlineData("wrong audience", "is for elsewhere")]
    [InlineData("wrong key", "verify signature")]
    [InlineData("alg none", "\"none\" are not taken")]
    [InlineData("the public key as a secret", "\"HS256\" are not taken")]
    [InlineData("an algorithm of another key", "verify signature")]
    [InlineData("an algorithm of another curve", "verify signature")]
    [InlineData("claims changed", "verify signature")]
    [InlineData("a claim rule", "blocked")]
    [InlineData("a user rule", "banned")]
    [InlineData("no subject", "sub is missing")]
    public async Task A_token_is_refused(string why, string words)
    {
        var claims = issuer.Claims("jane");
        using var other = RSA.Create(2048);
        switch (why)
        {
            case "expired": claims["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1; break;
            case "without end": claims.Remove("exp"); break;
            case "not yet valid": claims["nbf"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60; break;
            case "wrong audience": claims["aud"] = new JsonArray("elsewhere"); break;
            case "a claim rule": claims["blocked"] = true; break;
            case "a user rule": claims["teams"] = new JsonArray("banned"); break;
            case "no subject": claims.Remove("sub"); break;
        }
        var token = why switch
        {
            "wrong key" => issuer.Sign(claims, rsa: other),
            "alg none" => issuer.Sign(claims, "none"),
            "the public key as a secret" => issuer.Sign(claims, "HS256"),
            "an algorithm of another key" => issuer.Sign(claims, "ES256", "rsa-1"),
            "an algorithm of another curve" => issuer.Sign(claims, "ES384", "ec-256"),
            "claims changed" => string.Join('.', issuer.Sign(claims).Split('.')[0], issuer.Sign(issuer.Claims("root")).Split('.')[1], issuer.Sign(claims).Split('.')[2]),
            _ => issuer.Sign(claims),
        };
        Assert.Null(await WhoAsync(token));
        Assert.Contains(words, Assert.Single(refusals));
    }

    [Theory]
    [InlineData("""{"issuer":{"url":"http://x","audiences":["a"]},"claimMappings":{"username":{"claim":"sub","prefix":""}}}""", "jwt[0].issuer.url: Invalid value: \"http://x\": URL scheme must be https")]
    [InlineData("""{"issuer":{"url":"https://x"},"claimMappings":{"username":{"claim":"sub","prefix":""}}}""", "jwt[0].issuer.audiences: Required value")]
    [InlineData("""{"issuer":{"url":"https://x","audiences":["a","b"]},"claimMappings":{"username":{"claim":"sub","prefix":""}}}""", "must be MatchAny for multiple audiences")]
    [InlineData("""{"issuer":{"url":"https://x","audiences":["a"]},"claimMappings":{"username":{"claim":"sub"}}}""", "jwt[0].claimMappings.username.prefix: Required value")]
    [InlineData("""{"issuer":{"url":"https://x","audiences":["a"]},"claimMappings":{"username":{"expression":"claims."}}}""", "jwt[0].claimMappings.username.expression")]
    [InlineData("""{"issuer":{"url":"https://x","audiences":["a"]},"claimMappings":{"groups":{"claim":"g","prefix":""}}}""", "jwt[0].claimMappings.username: Required value")]
    [InlineData("""{"issuer":{"url":"https://x","audiences":["a"],"certificateAuthority":"none"},"claimMappings":{"username":{"claim":"sub","prefix":""}}}""", "holds no certificate")]
    [InlineData("""{"issuer":{"url":"https://x","audiences":["a"]},"claimMapping":{}}""", "jwt[0].claimMapping: there is no such field")]
    public void A_configuration_that_makes_no_sense_is_refused_with_its_place(string jwt, string words)
    {
        var text = $$"""{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","jwt":[{{jwt}}]}""";
        Assert.Contains(words, Assert.Throws<FormatException>(() => AuthenticationConfiguration.Parse(Encoding.UTF8.GetBytes(text))).Message);
    }

    async Task<JsonObject?> WhoAsync(string token)
    {
        using var http = server.Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var body = new StringContent("""{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/apis/authentication.k8s.io/v1/selfsubjectreviews", body);
        if ((int)answer.StatusCode == 401) return null;
        Assert.Equal(201, (int)answer.StatusCode);
        return (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!["userInfo"]!;
    }

    sealed class MovableClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
