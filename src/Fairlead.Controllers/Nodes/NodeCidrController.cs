using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.Nodes;

/// <summary>Gives each node its part of the Pod range, once. The nodes themselves are the record of what is given.</summary>
public sealed class NodeCidrController : IController
{
    readonly ControllerContext context;
    readonly Informer<Node> nodes;

    public NodeCidrController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        nodes = context.Informers.Of<Node>();
        nodes.OnChange((_, now) => { if (now is not null && string.IsNullOrEmpty(now.Spec?.PodCIDR)) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "node-ipam-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    // One worker: two nodes must not be given the same part.
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (nodes.Get(key) is not { } node || !string.IsNullOrEmpty(node.Spec?.PodCIDR)) return null;
        var given = nodes.List().Select(n => n.Spec?.PodCIDR).OfType<string>().ToHashSet();
        var cidr = FirstFree(context.Options.ClusterCidr, context.Options.NodeCidrMaskSize, given);
        if (cidr is null)
        {
            context.Events.Record(node, "cidrAllocator", "Normal", "CIDRNotAvailable", $"Node {key.Name} status is now: CIDRNotAvailable");
            return TimeSpan.FromSeconds(30);
        }
        var patch = new JsonObject { ["spec"] = new JsonObject { ["podCIDR"] = cidr, ["podCIDRs"] = new JsonArray(cidr) } };
        var written = await context.Client.MergePatchAsync<Node>(null, key.Name, patch, "", cancellation).ConfigureAwait(false);
        await nodes.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>The first part of the range that is not given, or null when all are.</summary>
    public static string? FirstFree(IPNetwork range, int prefixLength, IReadOnlySet<string> given)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(range.BaseAddress.GetAddressBytes());
        var count = 1L << (prefixLength - range.PrefixLength);
        for (var i = 0L; i < count; i++)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(start + (i << (32 - prefixLength))));
            var cidr = $"{new IPAddress(bytes)}/{prefixLength}";
            if (!given.Contains(cidr)) return cidr;
        }
        return null;
    }
}
