using System.Runtime.CompilerServices;
using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Client;

/// <summary>
/// The API in terms of its records. A refusal is an <see cref="ApiException"/> that carries the server's Status.
/// Thread-safe; one for a process is enough.
/// </summary>
public sealed class KubeClient(IApiTransport transport)
{
    /// <summary>The transport, for requests that have no record (streams, raw paths).</summary>
    public IApiTransport Transport => transport;

    public Task<T> GetAsync<T>(string? ns, string name, CancellationToken cancellation) where T : KubeObject =>
        SendAsync<T>(ApiRequest.Get(ObjectPath<T>(ns, name)), cancellation);

    /// <summary>The object, or null if there is none.</summary>
    public async Task<T?> FindAsync<T>(string? ns, string name, CancellationToken cancellation) where T : KubeObject
    {
        try { return await GetAsync<T>(ns, name, cancellation).ConfigureAwait(false); }
        catch (ApiException e) when (e.IsNotFound) { return null; }
    }

    /// <summary>All objects of the kind in the namespace (null: in all), as of one revision.</summary>
    public async Task<KubeList<T>> ListAsync<T>(string? ns, ListOptions options, CancellationToken cancellation) where T : KubeObject
    {
        var answer = await RawAsync(ApiRequest.Get(KindOf<T>.Path(ns) + options.Query), cancellation).ConfigureAwait(false);
        return ListReader.Read<T>(answer.Body);
    }

    public Task<T> CreateAsync<T>(T obj, CancellationToken cancellation) where T : KubeObject =>
        SendAsync<T>(Write("POST", KindOf<T>.Path(obj.Metadata.Namespace), obj), cancellation);

    /// <summary>Replaces the object; metadata.resourceVersion, if set, must be current or the call ends in Conflict.</summary>
    public Task<T> UpdateAsync<T>(T obj, CancellationToken cancellation) where T : KubeObject =>
        SendAsync<T>(Write("PUT", ObjectPath<T>(obj.Metadata.Namespace, obj.Metadata.Name!), obj), cancellation);

    /// <summary>Replaces the object's status alone.</summary>
    public Task<T> UpdateStatusAsync<T>(T obj, CancellationToken cancellation) where T : KubeObject =>
        SendAsync<T>(Write("PUT", ObjectPath<T>(obj.Metadata.Namespace, obj.Metadata.Name!) + "/status", obj), cancellation);

    /// <summary>Applies a JSON merge patch (RFC 7396).</summary>
    /// <param name="subresource">Empty for the object itself, else such as "status".</param>
    public Task<T> MergePatchAsync<T>(string? ns, string name, JsonNode patch, string subresource, CancellationToken cancellation) where T : KubeObject =>
        PatchAsync<T>(ns, name, "application/merge-patch+json", patch, subresource, cancellation);

    /// <summary>Applies a strategic merge patch.</summary>
    public Task<T> StrategicPatchAsync<T>(string? ns, string name, JsonNode patch, string subresource, CancellationToken cancellation) where T : KubeObject =>
        PatchAsync<T>(ns, name, "application/strategic-merge-patch+json", patch, subresource, cancellation);

    /// <summary>Asks for the object's deletion; what is gone already counts as deleted.</summary>
    public async Task DeleteAsync<T>(string? ns, string name, DeleteOptions options, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            await RawAsync(new ApiRequest("DELETE", ObjectPath<T>(ns, name), "application/json", ApiJson.Write(options)), cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound) { }
    }

    /// <summary>
    /// Events after a revision. Ends when the server closes the watch; an expired revision is an
    /// <see cref="ApiException"/> with <see cref="ApiException.IsExpired"/>.
    /// </summary>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        string? ns, ListOptions options, [EnumeratorCancellation] CancellationToken cancellation) where T : KubeObject
    {
        var request = ApiRequest.Get(KindOf<T>.Path(ns) + (options with { Watch = true }).Query);
        await foreach (var document in transport.StreamAsync(request, cancellation).ConfigureAwait(false))
        {
            yield return WatchEvent<T>.Read(document, ListReader.Decode<T>);
        }
    }

    /// <summary>Sends a request and throws what the server refused.</summary>
    public async Task<ApiResponse> RawAsync(ApiRequest request, CancellationToken cancellation)
    {
        var answer = await transport.SendAsync(request, cancellation).ConfigureAwait(false);
        return answer.StatusCode < 400 ? answer : throw Refusal(answer);
    }

    /// <summary>The path of one object.</summary>
    public static string ObjectPath<T>(string? ns, string name) where T : KubeObject =>
        $"{KindOf<T>.Path(ns)}/{Uri.EscapeDataString(name)}";

    Task<T> PatchAsync<T>(string? ns, string name, string type, JsonNode patch, string subresource, CancellationToken cancellation) where T : KubeObject
    {
        var path = ObjectPath<T>(ns, name) + (subresource.Length == 0 ? "" : "/" + subresource);
        return SendAsync<T>(new ApiRequest("PATCH", path, type, ApiJson.Write(patch)), cancellation);
    }

    async Task<T> SendAsync<T>(ApiRequest request, CancellationToken cancellation) where T : KubeObject
    {
        var answer = await RawAsync(request, cancellation).ConfigureAwait(false);
        return ApiJson.Read<T>(answer.Body.Span);
    }

    static ApiRequest Write<T>(string method, string path, T obj) where T : KubeObject =>
        new(method, path, "application/json", ApiJson.Write(KindOf<T>.Stamp(obj)));

    internal static ApiException Refusal(ApiResponse answer)
    {
        try { return new ApiException(ApiJson.Read<Status>(answer.Body.Span)); }
        catch (JsonException)
        {
            return new ApiException(new Status
            {
                Outcome = "Failure",
                Code = answer.StatusCode,
                Reason = StatusReason.InternalError,
                Message = $"the server answered {answer.StatusCode} without a Status",
            });
        }
    }
}
