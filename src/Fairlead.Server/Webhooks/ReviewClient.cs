using System.Security.Authentication;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Webhooks;

/// <summary>
/// Puts a review to the server of a kubeconfig and reads its status, as upstream's token and authorization webhooks are
/// asked. Faults that may pass are tried again, each time half as long again.
/// </summary>
/// <param name="peer">See <see cref="KubeconfigFile"/>; the path of its server's URL is asked.</param>
public sealed class ReviewClient(HttpsTransportOptions peer) : IDisposable
{
    const int Tries = 5;

    readonly HttpsTransport transport = new(peer);

    /// <summary>How long one question may take with all its tries.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after the first failure it is tried again.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The status of the review that comes back.</summary>
    /// <exception cref="WebhookException">The server can't be reached, or gives no such review.</exception>
    public async Task<JsonObject> AskAsync(JsonObject review, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(review);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(Within);
        var request = new ApiRequest("POST", peer.Server.PathAndQuery, "application/json", JsonTree.Write(review));
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await transport.SendAsync(request, time.Token).ConfigureAwait(false);
                if (answer.StatusCode is 200 or 201) return Status(answer, review);
                if (attempt == Tries || (answer.StatusCode < 500 && answer.StatusCode != 429)) throw new WebhookException($"the server answered {answer.StatusCode}");
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { throw new WebhookException("context deadline exceeded") { IsTimeout = true }; }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // A certificate that is not trusted now is not trusted in a second.
                if (attempt == Tries || e.InnerException is AuthenticationException) throw new WebhookException($"{e.Message} {e.InnerException?.Message}".TrimEnd(), e);
            }
            await WaitAsync(delay, time.Token, cancellation).ConfigureAwait(false);
            delay *= 1.5;
        }
    }

    public void Dispose() => transport.Dispose();

    static async Task WaitAsync(TimeSpan delay, CancellationToken within, CancellationToken cancellation)
    {
        try { await Task.Delay(delay, within).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { throw new WebhookException("context deadline exceeded") { IsTimeout = true }; }
    }

    static JsonObject Status(ApiResponse answer, JsonObject review)
    {
        try
        {
            var told = JsonTree.ParseObject(answer.Body.Span);
            if (told.Text("kind") != review.Text("kind") || told.Text("apiVersion") != review.Text("apiVersion"))
                throw new WebhookException($"expected {review.Text("apiVersion")} {review.Text("kind")}, got {told.Text("apiVersion")} {told.Text("kind")}");
            return told.Object("status") ?? throw new WebhookException("the answer has no status");
        }
        catch (MalformedInputException e) { throw new WebhookException("the answer is no JSON object: " + e.Message, e); }
    }
}
