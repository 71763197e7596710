using Fairlead.Api.Resources;
using Fairlead.Server.Admission;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Subresources;

namespace Fairlead.Server.Relaying;

/// <summary>proxy of Pods, Services and nodes: any request, passed on.</summary>
/// <param name="others">To Pods and Services.</param>
public sealed class ProxySubresource(Verbs verbs, TargetLocator locator, NodeConnections nodes, NodeConnections others) : ISubresource
{
    public string Name => "proxy";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "pods" or "services" or "nodes" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var target = context.Target;
        var options = ConnectOptions.OfProxy(context.Kind.Kind, target.Rest);
        await verbs.Admission.AdmitAsync(AdmissionOperation.Connect, context with { Form = options.Kind }, options.Object, null, cancellation).ConfigureAwait(false);
        var root = await locator.ProxiedAsync(context.Kind.Plural, target.Namespace, target.Name!, cancellation).ConfigureAwait(false);
        var connections = context.Kind.Plural == "nodes" ? nodes : others;
        return new StreamRelay(connections.Http, new Uri($"{root}/{Uri.EscapeDataString(target.Rest).Replace("%2F", "/", StringComparison.Ordinal)}{call.Query.Raw}")).Answer();
    }
}
