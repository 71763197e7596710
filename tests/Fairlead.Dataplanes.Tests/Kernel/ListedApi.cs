using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>An API of lists given beforehand and events given one by one, which keeps what is written to it.</summary>
sealed class ListedApi : IApiTransport
{
    readonly Dictionary<string, List<string>> lists = [];
    readonly Dictionary<string, Channel<string>> watches = new[] { PathOf<Service>(), PathOf<EndpointSlice>(), PathOf<Node>(), PathOf<ConfigMap>() }
        .ToDictionary(p => p, _ => Channel.CreateUnbounded<string>());
    int revisions = 1;

    /// <summary>The bodies of all that was created, in order.</summary>
    public ConcurrentQueue<string> Created { get; } = [];

    public void Add<T>(T obj) where T : KubeObject
    {
        if (!lists.TryGetValue(PathOf<T>(), out var list)) lists[PathOf<T>()] = list = [];
        list.Add(Json(obj, 1));
    }

    public void Change<T>(string type, T obj) where T : KubeObject =>
        watches[PathOf<T>()].Writer.TryWrite($$"""{"type":"{{type}}","object":{{Json(obj, ++revisions)}}}""");

    static string PathOf<T>() where T : KubeObject => KindOf<T>.Path(typeof(T) == typeof(ConfigMap) ? "kube-system" : null);

    static string Json<T>(T obj, int revision) where T : KubeObject
    {
        var stamped = KindOf<T>.Stamp(obj);
        return Encoding.UTF8.GetString(ApiJson.Write(stamped with { Metadata = stamped.Metadata with { ResourceVersion = $"{revision}" } }));
    }

    public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (request.Method == "POST") Created.Enqueue(Encoding.UTF8.GetString(request.Body.Span));
        var items = string.Join(',', lists.GetValueOrDefault(request.PathAndQuery.Split('?')[0], []));
        return Task.FromResult(new ApiResponse(200, Encoding.UTF8.GetBytes($$"""{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{{items}}]}""")));
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var document in watches[request.PathAndQuery.Split('?')[0]].Reader.ReadAllAsync(cancellation))
            yield return Encoding.UTF8.GetBytes(document);
    }
}
