using System.Runtime.CompilerServices;
using Fairlead.Api.Authentication.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Client;
using Fairlead.Client.Https;

namespace Fairlead.Node.Joining;

/// <summary>
/// The API as a ServiceAccount of kube-system, for a component that runs on a node without a Pod of its own. The node asks
/// for the account's token, bound to its Node object (KEP-4193), so that it dies with that. It is asked for when the first
/// request is made, which waits for the Node to be registered, and again when four fifths of its life are over or the
/// server does not take it any more. Safe for concurrent use.
/// </summary>
/// <param name="node">The API as the node.</param>
/// <param name="account">Name of the ServiceAccount.</param>
/// <param name="own">A connection without credentials; owned by the caller.</param>
public sealed class NodeBoundTransport(KubeClient node, string nodeName, string account, HttpsTransport own, TimeProvider time) : IApiTransport, IDisposable
{
    const string Namespace = "kube-system";
    const int Seconds = 3600;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim one = new(1);
    long renewAt = DateTimeOffset.MinValue.UtcTicks;

    /// <inheritdoc/>
    /// <exception cref="ApiException">The node may not have the token.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        var token = await EnsureAsync(cancellation).ConfigureAwait(false);
        var answer = await own.SendAsync(request, cancellation).ConfigureAwait(false);
        if (answer.StatusCode != 401) return answer;
        Forget(token);
        await EnsureAsync(cancellation).ConfigureAwait(false);
        return await own.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var token = await EnsureAsync(cancellation).ConfigureAwait(false);
        var documents = own.StreamAsync(request, cancellation).GetAsyncEnumerator(cancellation);
        await using var closed = documents.ConfigureAwait(false);
        while (true)
        {
            try { if (!await documents.MoveNextAsync().ConfigureAwait(false)) yield break; }
            catch (ApiException e) when (e.Code == 401)
            {
                Forget(token); // who follows begins again, with another
                throw;
            }
            yield return documents.Current;
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Sees to it that there is a token that is good.</summary>
    /// <returns>When it is to be renewed, which tells it from others.</returns>
    async ValueTask<long> EnsureAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref renewAt) is var known && time.GetUtcNow().UtcTicks < known) return known;
        await one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (time.GetUtcNow().UtcTicks < renewAt) return renewAt;
            for (var until = time.GetUtcNow() + Patience; ; await Task.Delay(Look, time, cancellation).ConfigureAwait(false))
            {
                try
                {
                    await AskAsync(cancellation).ConfigureAwait(false);
                    return renewAt;
                }
                // A server that has just started may not have made the account and its role yet.
                catch (Exception e) when (e is HttpRequestException or ApiException { Code: 403 or 404 } && time.GetUtcNow() < until) { }
            }
        }
        finally { one.Release(); }
    }

    /// <summary>Unless someone else has got another since.</summary>
    void Forget(long token) => Interlocked.CompareExchange(ref renewAt, DateTimeOffset.MinValue.UtcTicks, token);

    async Task AskAsync(CancellationToken cancellation)
    {
        var self = await node.FindAsync<Api.Core.V1.Node>(null, nodeName, cancellation).ConfigureAwait(false);
        for (; self is null; self = await node.FindAsync<Api.Core.V1.Node>(null, nodeName, cancellation).ConfigureAwait(false)) await Task.Delay(Look, time, cancellation).ConfigureAwait(false);
        var request = KindOf<TokenRequest>.Stamp(new TokenRequest
        {
            Spec = new() { Audiences = [], ExpirationSeconds = Seconds, BoundObjectRef = new() { Kind = "Node", ApiVersion = "v1", Name = nodeName, Uid = self.Metadata.Uid } },
        });
        var now = time.GetUtcNow();
        var answer = await node.RawAsync(new ApiRequest("POST", KubeClient.ObjectPath<ServiceAccount>(Namespace, account) + "/token", "application/json", ApiJson.Write(request)), cancellation).ConfigureAwait(false);
        var status = ApiJson.Read<TokenRequest>(answer.Body.Span).Status ?? throw new IOException("the token request was answered without a status");
        own.UseToken(status.Token);
        var life = (status.ExpirationTimestamp ?? now.AddSeconds(Seconds)) - now;
        Volatile.Write(ref renewAt, (now + life * 0.8).UtcTicks);
    }
}
