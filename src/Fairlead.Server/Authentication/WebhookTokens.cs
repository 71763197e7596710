using System.Security.Cryptography;
using System.Text;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Authentication;

/// <summary>
/// Asks another server whose token it is, by TokenReview of authentication.k8s.io/v1. Source: Kubernetes documentation,
/// Webhook Token Authentication.
/// </summary>
/// <param name="audience">That of this server, which the token must be for; null: the webhook is not told.</param>
/// <param name="failed">Told when the webhook can't be asked: the token is then not known.</param>
public sealed class WebhookTokens(ReviewClient webhook, string? audience, TimeProvider clock, Action<string> failed) : ITokenAuthenticator
{
    readonly AnswerCache<string, UserInfo?> cache = new(clock);

    /// <summary>How long an answer, yes or no, counts (--authentication-token-webhook-cache-ttl).</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(2);

    public async ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellation)
    {
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (cache.TryGet(digest, out var known)) return known;
        var spec = new JsonObject { ["token"] = token };
        if (audience is not null) spec["audiences"] = new JsonArray(audience);
        try
        {
            var status = await webhook.AskAsync(new() { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["spec"] = spec }, cancellation).ConfigureAwait(false);
            var user = User(status);
            cache.Keep(digest, user, Lifetime);
            return user;
        }
        catch (WebhookException e)
        {
            failed($"the token webhook failed: {e.Message}");
            return null;
        }
    }

    UserInfo? User(JsonObject status)
    {
        if (status.Flag("authenticated") != true || status.Object("user") is not { } user || user.Text("username") is not { } name) return null;
        // A webhook that says for whom it checked the token must have checked it for us.
        if (audience is not null && status.Array("audiences") is { Count: > 0 } && !status.Texts("audiences").Contains(audience)) return null;
        return new(name, [.. user.Texts("groups")], user.Text("uid"))
        {
            Extra = user.Object("extra") is { Count: > 0 } extra ? extra.ToDictionary(e => e.Key, e => (IReadOnlyList<string>)[.. extra.Texts(e.Key)]) : null,
        };
    }
}
