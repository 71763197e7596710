using System.Net;

namespace Fairlead.Client.Streams;

/// <summary>The answer to a request that asks to leave HTTP for another protocol: the raw connection, or a refusal.</summary>
public sealed class UpgradedAnswer : IDisposable
{
    // A backend that takes a connection and then says nothing must not hold the client.
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    UpgradedAnswer(HttpResponseMessage response, Stream content) => (Response, Content) = (response, content);

    public HttpResponseMessage Response { get; }

    /// <summary>The connection both ways after an upgrade, else the body of the refusal.</summary>
    public Stream Content { get; }

    public bool IsUpgraded => Response.StatusCode == HttpStatusCode.SwitchingProtocols;

    /// <summary>Sends a request with the headers of an upgrade.</summary>
    /// <exception cref="HttpRequestException">The backend can't be reached, or does not answer in time.</exception>
    public static async Task<UpgradedAnswer> SendAsync(HttpMessageInvoker http, HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Version = HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.Connection.Add("Upgrade");
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(AnswerWithin);
        try
        {
            var response = await http.SendAsync(request, bound.Token).ConfigureAwait(false);
            return new(response, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer from {request.RequestUri?.Authority} within {AnswerWithin.TotalSeconds} s", e);
        }
    }

    public void Dispose()
    {
        Content.Dispose();
        Response.Dispose();
    }
}
