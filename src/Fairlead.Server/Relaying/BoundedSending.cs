namespace Fairlead.Server.Relaying;

/// <summary>Requests whose answers must begin in time.</summary>
static class BoundedSending
{
    /// <summary>The answer, its body still to be read.</summary>
    /// <param name="within">Null for no bound but the caller's own.</param>
    /// <exception cref="HttpRequestException">The other side can't be reached, or does not begin its answer in time.</exception>
    public static async Task<HttpResponseMessage> SendWithinAsync(this HttpMessageInvoker http, HttpRequestMessage request, TimeSpan? within, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(request);
        if (within is not { } bound) return await http.SendAsync(request, cancellation).ConfigureAwait(false);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(bound);
        try { return await http.SendAsync(request, time.Token).ConfigureAwait(false); }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer from {request.RequestUri?.Authority} within {bound.TotalSeconds} s", e);
        }
    }
}
