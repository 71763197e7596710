namespace Fairlead.Client;

/// <summary>
/// Carries API requests to a server: over HTTPS, or in the server's own process through the same authorisation without
/// a socket. Safe for concurrent use.
/// </summary>
public interface IApiTransport
{
    /// <summary>Sends one request and returns its whole answer, errors included (the caller reads the status code).</summary>
    /// <exception cref="HttpRequestException">The server can't be reached.</exception>
    Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation);

    /// <summary>
    /// Starts a request whose answer is a sequence of JSON documents (a watch). Each element is one document, valid
    /// until the next is asked for. Ends when the server ends it.
    /// </summary>
    /// <exception cref="Fairlead.Api.Errors.ApiException">The server refused the request.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, CancellationToken cancellation);
}

/// <summary>One request.</summary>
/// <param name="Method">HTTP method in capitals.</param>
/// <param name="PathAndQuery">Begins with '/'; escaped.</param>
/// <param name="ContentType">Of the body; null without one.</param>
public sealed record ApiRequest(string Method, string PathAndQuery, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public static ApiRequest Get(string pathAndQuery) => new("GET", pathAndQuery, null, default);
}

/// <summary>One whole answer.</summary>
public sealed record ApiResponse(int StatusCode, ReadOnlyMemory<byte> Body);
