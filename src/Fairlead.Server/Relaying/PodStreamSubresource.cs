using System.Text;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;
using Fairlead.Server.Subresources;

namespace Fairlead.Server.Relaying;

/// <summary>pods/log, exec, attach and portforward: the request in the node's words (the kubelet's API), then its bytes.</summary>
public sealed class PodStreamSubresource(string name, Verbs verbs, TargetLocator locator, NodeConnections connections) : ISubresource
{
    static readonly (string Client, string Node)[] Streams = [("stdin", "input"), ("stdout", "output"), ("stderr", "error"), ("tty", "tty")];

    public string Name => name;

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "pods" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (call.Method is not ("GET" or "POST")) throw Refuse.MethodNotAllowed();
        var target = context.Target;
        var pod = StoredObject.Parse(await verbs.Reading.GetAsync(context.Kind, target.Namespace, target.Name!, cancellation).ConfigureAwait(false));
        var path = name switch
        {
            "log" => $"/containerLogs/{target.Namespace}/{target.Name}/{Container(pod, call.Query)}{Without(call.Query, "container")}",
            "portforward" => $"/portForward/{target.Namespace}/{target.Name}{call.Query.Raw}",
            _ => $"/{name}/{target.Namespace}/{target.Name}/{Container(pod, call.Query)}{NodeQuery(call.Query)}",
        };
        if (ConnectOptions.Of(name, call.Query) is { } options) await verbs.Admission.AdmitAsync(AdmissionOperation.Connect, context with { Form = options.Kind }, options.Object, null, cancellation).ConfigureAwait(false);
        var node = await locator.NodeOfAsync(pod, cancellation).ConfigureAwait(false);
        return new StreamRelay(connections.Http, new Uri(node + path))
        {
            RefusalsAreText = true,
            Translated = name == "portforward" ? WebSocketStreams.Tunnel : WebSocketStreams.Channels,
        }.Answer();
    }

    /// <summary>The container asked for, the default one by annotation, or the only one.</summary>
    static string Container(JsonObject pod, QueryParameters query)
    {
        var spec = pod.Object("spec");
        var all = Names(spec, "containers").Concat(Names(spec, "initContainers")).Concat(Names(spec, "ephemeralContainers")).ToArray();
        if (query["container"] is { Length: > 0 } asked)
        {
            return all.Contains(asked) ? Uri.EscapeDataString(asked) : throw Refuse.BadRequest($"container {asked} is not valid for pod {pod.Name()}");
        }
        var names = Names(spec, "containers").ToArray();
        if (pod.Metadata().Object("annotations").Text("kubectl.kubernetes.io/default-container") is { } preferred && names.Contains(preferred)) return preferred;
        if (names.Length == 1) return names[0];
        throw Refuse.BadRequest($"a container name must be specified for pod {pod.Name()}, choose one of: [{string.Join(' ', names)}]");
    }

    static IEnumerable<string> Names(JsonObject? spec, string field) =>
        (spec.Array(field) ?? []).OfType<JsonObject>().Select(c => c.Text("name")).OfType<string>();

    static string Without(QueryParameters query, string name)
    {
        var kept = query.Raw.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => !p.StartsWith(name + "=", StringComparison.Ordinal));
        return string.Join('&', kept) is { Length: > 0 } text ? "?" + text : "";
    }

    static string NodeQuery(QueryParameters query)
    {
        var text = new StringBuilder();
        foreach (var command in query.All("command")) text.Append("&command=").Append(Uri.EscapeDataString(command));
        foreach (var (client, node) in Streams)
        {
            if (query.Flag(client)) text.Append('&').Append(node).Append("=1");
        }
        return text.Length == 0 ? "" : "?" + text.ToString(1, text.Length - 1);
    }
}
