using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Relaying;

/// <summary>What a connection is asked for with, as an object that admission can judge: PodExecOptions and its like.</summary>
public static class ConnectOptions
{
    static readonly string[] Streams = ["stdin", "stdout", "stderr", "tty"];

    /// <summary>The options of exec, attach and portforward; null for logs, which are read and not connected to.</summary>
    public static (GroupVersionKind Kind, JsonObject Object)? Of(string subresource, QueryParameters query) => subresource switch
    {
        "exec" => Make("PodExecOptions", [.. Terminal(query), .. Texts("command", query.All("command"))]),
        "attach" => Make("PodAttachOptions", [.. Terminal(query)]),
        "portforward" => Make("PodPortForwardOptions", [.. Ports(query)]),
        _ => null,
    };

    /// <summary>The options of a proxy to a Pod, Service or Node.</summary>
    public static (GroupVersionKind Kind, JsonObject Object) OfProxy(string kind, string path) =>
        Make(kind + "ProxyOptions", [KeyValuePair.Create("path", (JsonNode?)("/" + path.TrimStart('/')))]);

    static (GroupVersionKind, JsonObject) Make(string kind, IEnumerable<KeyValuePair<string, JsonNode?>> fields) =>
        (new("", "v1", kind), new JsonObject([KeyValuePair.Create("kind", (JsonNode?)kind), KeyValuePair.Create("apiVersion", (JsonNode?)"v1"), .. fields]));

    static IEnumerable<KeyValuePair<string, JsonNode?>> Terminal(QueryParameters query)
    {
        foreach (var stream in Streams)
        {
            if (query.Flag(stream)) yield return KeyValuePair.Create(stream, (JsonNode?)true);
        }
        if (query["container"] is { Length: > 0 } container) yield return KeyValuePair.Create("container", (JsonNode?)container);
    }

    static IEnumerable<KeyValuePair<string, JsonNode?>> Texts(string field, IEnumerable<string> values)
    {
        var list = new JsonArray([.. values.Select(v => (JsonNode?)v)]);
        if (list.Count > 0) yield return KeyValuePair.Create(field, (JsonNode?)list);
    }

    static IEnumerable<KeyValuePair<string, JsonNode?>> Ports(QueryParameters query)
    {
        var list = new JsonArray([.. query.All("ports").SelectMany(p => p.Split(',')).Select(p => int.TryParse(p, out var port) ? port : -1).Where(p => p > 0).Select(p => (JsonNode?)p)]);
        if (list.Count > 0) yield return KeyValuePair.Create("ports", (JsonNode?)list);
    }
}
