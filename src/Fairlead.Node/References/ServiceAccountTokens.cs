using System.Collections.Concurrent;
using Fairlead.Api.Authentication.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Client;

namespace Fairlead.Node.References;

/// <summary>
/// Tokens of service accounts for projected volumes, asked for by TokenRequest, bound to the Pod, and replaced when
/// four fifths of their life are over. Thread-safe.
/// </summary>
sealed class ServiceAccountTokens(KubeClient client, TimeProvider time)
{
    readonly ConcurrentDictionary<(string PodUid, string Audience, long Seconds), (string Token, DateTimeOffset RenewAt)> tokens = new();

    public async Task<string> GetAsync(Pod pod, string? audience, long seconds, CancellationToken cancellation)
    {
        var key = (pod.Metadata.Uid!, audience ?? "", seconds);
        var now = time.GetUtcNow();
        if (tokens.TryGetValue(key, out var known) && known.RenewAt > now) return known.Token;
        var account = pod.Spec?.ServiceAccountName is { Length: > 0 } name ? name : "default";
        var request = KindOf<TokenRequest>.Stamp(new TokenRequest
        {
            Spec = new()
            {
                Audiences = string.IsNullOrEmpty(audience) ? [] : [audience],
                ExpirationSeconds = seconds,
                BoundObjectRef = new() { Kind = "Pod", ApiVersion = "v1", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
            },
        });
        var path = KubeClient.ObjectPath<ServiceAccount>(pod.Metadata.Namespace, account) + "/token";
        var answer = await client.RawAsync(new ApiRequest("POST", path, "application/json", ApiJson.Write(request)), cancellation).ConfigureAwait(false);
        var status = ApiJson.Read<TokenRequest>(answer.Body.Span).Status;
        if (status is null) throw new IOException("the token request was answered without a status");
        var life = (status.ExpirationTimestamp ?? now.AddSeconds(seconds)) - now;
        tokens[key] = (status.Token, now + life * 0.8);
        return status.Token;
    }

    /// <summary>When the first token of the Pod has to be replaced; null if it has none.</summary>
    public DateTimeOffset? NextRenewal(string podUid)
    {
        var times = tokens.Where(t => t.Key.PodUid == podUid).Select(t => t.Value.RenewAt).ToList();
        return times.Count > 0 ? times.Min() : null;
    }

    public void Release(string podUid)
    {
        foreach (var key in tokens.Keys) if (key.PodUid == podUid) tokens.TryRemove(key, out _);
    }
}
