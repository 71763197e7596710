using System.Net;
using System.Net.Sockets;
using Fairlead.Api.OpenApi;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Registry;
using Fairlead.Server.Relaying;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Looks at another API server: is its Service there, does that have endpoints, does the server answer. The same GET of
/// its resources shows that it lives and tells discovery what it has. Source: kube-aggregator, pkg/controllers/status/remote.
/// </summary>
public sealed class RemoteCheck(ServiceResolver services, RemoteConnections connections)
{
    static readonly TimeSpan Within = TimeSpan.FromSeconds(5);
    const int MaxAnswer = 3 * 1024 * 1024, MaxDocument = 32 * 1024 * 1024;

    static readonly UserInfo Asking = new("system:kube-aggregator", [UserInfo.MastersGroup]);

    /// <summary>What is found; only cancellation is thrown.</summary>
    public async Task<RemoteFindings> RunAsync(RemoteApi api, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(api);
        return await ServiceAsync(api, cancellation).ConfigureAwait(false) ?? await AnswerAsync(api, cancellation).ConfigureAwait(false);
    }

    /// <summary>What is wrong with the Service; null if nothing is.</summary>
    async Task<RemoteFindings?> ServiceAsync(RemoteApi api, CancellationToken cancellation)
    {
        var (ns, name) = (api.Namespace, api.Service);
        if (await services.FindAsync(ns, name, cancellation).ConfigureAwait(false) is not { } service) return No("ServiceNotFound", $"service/{name} in \"{ns}\" is not present");
        if ((service.Object("spec").Text("type") ?? "ClusterIP") != "ClusterIP") return null;
        if (ServiceResolver.Port(service, api.Port) is not { } port) return No("ServicePortError", $"service/{name} in \"{ns}\" is not listening on port {api.Port}");
        var slices = await services.SlicesAsync(ns, name, cancellation).ConfigureAwait(false);
        if (slices.Count == 0) return No("EndpointsNotFound", $"cannot find endpointslices for service/{name} in \"{ns}\"");
        return ServiceResolver.Ready(slices, port).Count > 0 ? null
            : No("MissingEndpoints", $"endpointslices for service/{name} in \"{ns}\" have no addresses with port name \"{port.Text("name")}\"");
    }

    async Task<RemoteFindings> AnswerAsync(RemoteApi api, CancellationToken cancellation)
    {
        // Any certificate will do: what is passed on later is checked.
        var any = api with { Insecure = true, Bundle = "" };
        var address = $"https://{api.Host}:{api.Port}{api.Path}";
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(Within);
        try
        {
            var (code, resources) = await GetAsync(any, api.Path, time.Token).ConfigureAwait(false);
            if ((int)code is < 200 or > 299) return Silent(address, $"bad status from {address}: {(int)code}");
            return new("True", "Passed", "all checks passed", resources, await HashAsync(any, time.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return Silent(address, $"Get \"{address}\": context deadline exceeded"); }
        catch (Exception e) when (IsFault(e)) { return Silent(address, $"Get \"{address}\": {e.InnerException?.Message ?? e.Message}"); }
    }

    /// <summary>The hash of the version's OpenAPI v3 document, by the server's index; null if it has none: that is no fault.</summary>
    async Task<string?> HashAsync(RemoteApi api, CancellationToken cancellation)
    {
        try
        {
            var (code, index) = await GetAsync(api, "/openapi/v3", cancellation).ConfigureAwait(false);
            var url = code == HttpStatusCode.OK ? index.Object("paths").Object(api.Path[1..]).Text("serverRelativeURL") : null;
            return url?.Split("hash=", 2) is [_, var hash] ? hash.Split('&')[0] : null;
        }
        catch (Exception e) when (IsFault(e)) { return null; }
    }

    /// <summary>What the server's OpenAPI v2 document says of the version; the same object if it did not change, or can't be had now.</summary>
    public async Task<RemoteSwagger?> SwaggerAsync(RemoteApi api, RemoteSwagger? known, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(api);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(Within);
        try
        {
            using var request = Get(api, "/openapi/v2");
            if (known is { Tag: ['"' or 'W', ..] }) request.Headers.TryAddWithoutValidation("If-None-Match", known.Tag);
            using var response = await connections.To(api).SendAsync(request, time.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotModified) return known;
            if (response.StatusCode == HttpStatusCode.NotFound) return known is { Tag: "" } ? known : new("", null);
            if (response.StatusCode != HttpStatusCode.OK) return known;
            await response.Content.LoadIntoBufferAsync(MaxDocument, time.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(time.Token).ConfigureAwait(false);
            var tag = response.Headers.ETag?.ToString() ?? OpenApiV3.Hash(body);
            return tag == known?.Tag ? known : new(tag, OpenApiV2Part.Read(JsonTree.ParseObject(body), api.Path));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return known; }
        catch (Exception e) when (IsFault(e) || e is MalformedInputException) { return known; }
    }

    static HttpRequestMessage Get(RemoteApi api, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"https://{api.Host}:{api.Port}{path}");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        FrontProxyHeaders.Set(request, Asking);
        return request;
    }

    async Task<(HttpStatusCode Code, JsonObject? Document)> GetAsync(RemoteApi api, string path, CancellationToken cancellation)
    {
        using var request = Get(api, path);
        using var response = await connections.To(api).SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) return (response.StatusCode, null);
        await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellation).ConfigureAwait(false);
        try { return (response.StatusCode, JsonTree.ParseObject(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false))); }
        catch (MalformedInputException) { return (response.StatusCode, null); }
    }

    static bool IsFault(Exception e) => e is HttpRequestException or SocketException or IOException;

    static RemoteFindings Silent(string address, string why) => No("FailedDiscoveryCheck", $"failing or missing response from {address}: {why}");

    static RemoteFindings No(string reason, string message) => new("False", reason, message);
}
