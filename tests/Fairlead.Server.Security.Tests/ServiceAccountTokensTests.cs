using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Security.Tests;

public sealed class ServiceAccountTokensTests : IDisposable
{
    const string Issuer = ServiceAccountTokens.DefaultIssuer;

    static readonly TokenClaims Claims = new("ns", "default", "sa-uid", [], TimeSpan.FromHours(1), "Pod", "pod-1", "pod-uid");

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly FixedClock clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    readonly HashSet<string> there = ["ServiceAccount/ns/default/sa-uid", "Pod/ns/pod-1/pod-uid"];

    public void Dispose() => key.Dispose();

    ServiceAccountTokens Tokens(ECDsa? other = null, string issuer = Issuer) =>
        new(other ?? key, issuer, clock, (kind, ns, name, uid, _) => new(there.Contains($"{kind}/{ns}/{name}/{uid}")));

    async Task<string> IssueAsync(TokenClaims? claims = null) => (await Tokens().IssueAsync(claims ?? Claims, CancellationToken.None)).Token;

    async Task<UserInfo?> UserAsync(string token) => await Tokens().AuthenticateAsync(token, CancellationToken.None);

    [Fact]
    public async Task A_token_is_its_accounts_user()
    {
        var user = await UserAsync(await IssueAsync());
        Assert.Equal("system:serviceaccount:ns:default", user!.Name);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:ns"], user.Groups);
        Assert.Equal("sa-uid", user.Uid);
    }

    [Fact]
    public async Task A_token_carries_the_claims_that_clients_read()
    {
        var parts = (await IssueAsync()).Split('.');
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.NotEmpty(header.GetProperty("kid").GetString()!);
        var body = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        Assert.Equal(Issuer, body.GetProperty("iss").GetString());
        Assert.Equal(Issuer, body.GetProperty("aud")[0].GetString());
        Assert.Equal(1_800_003_600, body.GetProperty("exp").GetInt64());
        Assert.Equal("pod-uid", body.GetProperty("kubernetes.io").GetProperty("pod").GetProperty("uid").GetString());
        Assert.True(Guid.TryParse(body.GetProperty("jti").GetString(), out _));
    }

    [Theory]
    [InlineData("in its time", 3599, true)]
    [InlineData("at its end", 3600, false)]
    [InlineData("long after", 86_400, false)]
    [InlineData("long before", -60, false)]
    public async Task A_token_counts_in_its_time_alone(string name, int seconds, bool valid)
    {
        var tokens = Tokens();
        var token = (await tokens.IssueAsync(Claims, CancellationToken.None)).Token;
        Assert.NotNull(await tokens.AuthenticateAsync(token, CancellationToken.None));
        clock.Now += TimeSpan.FromSeconds(seconds);
        Assert.True(valid == (await tokens.AuthenticateAsync(token, CancellationToken.None) is not null), name);
    }

    [Theory]
    [InlineData("ServiceAccount/ns/default/sa-uid")]
    [InlineData("Pod/ns/pod-1/pod-uid")]
    public async Task A_token_dies_with_what_it_is_bound_to(string gone)
    {
        var tokens = Tokens();
        var token = (await tokens.IssueAsync(Claims, CancellationToken.None)).Token;
        Assert.NotNull(await tokens.AuthenticateAsync(token, CancellationToken.None));
        there.Remove(gone);
        Assert.Null(await tokens.AuthenticateAsync(token, CancellationToken.None));
        there.Add(gone + "-made-anew");
        Assert.Null(await tokens.AuthenticateAsync(token, CancellationToken.None));
    }

    [Fact]
    public async Task A_token_for_another_audience_issuer_or_key_is_not_known()
    {
        Assert.Null(await UserAsync(await IssueAsync(Claims with { Audiences = ["vault"] })));
        Assert.NotNull(await UserAsync(await IssueAsync(Claims with { Audiences = ["vault", Issuer] })));
        Assert.Null(await Tokens(issuer: "https://elsewhere").AuthenticateAsync(await IssueAsync(), CancellationToken.None));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(await Tokens(other).AuthenticateAsync(await IssueAsync(), CancellationToken.None));
    }

    [Fact]
    public async Task A_token_that_was_touched_is_not_known()
    {
        var parts = (await IssueAsync()).Split('.');
        var body = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var forged = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(body.Replace("default", "cluster-admin", StringComparison.Ordinal)));
        var unsigned = Base64Url.EncodeToString("""{"alg":"none"}"""u8);
        foreach (var token in (string[])
                 [
                     $"{parts[0]}.{forged}.{parts[2]}", $"{unsigned}.{parts[1]}.", $"{unsigned}.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.",
                     $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.{parts[2]}.", $"{parts[0]}.{parts[1]}.{parts[2][..^4]}", "", ".", "..", "...", "%%%.%%%.%%%",
                     $"{parts[0]}.{parts[1]}.!!!!", new string('a', 100_000),
                 ])
        {
            Assert.Null(await UserAsync(token));
        }
    }
}
