using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Json;

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
        var given = nodes.List().SelectMany(n => n.Spec?.PodCIDRs ?? (n.Spec?.PodCIDR is { } one ? [one] : [])).ToHashSet();
        var cidrs = context.Options.ClusterCidrs.Select(range => FirstFree(range, PrefixOf(range), given)).ToList();
        if (cidrs.Contains(null))
        {
            context.Events.Record(node, "cidrAllocator", "Normal", "CIDRNotAvailable", $"Node {key.Name} status is now: CIDRNotAvailable");
            return TimeSpan.FromSeconds(30);
        }
        var patch = new JsonObject { ["spec"] = new JsonObject { ["podCIDR"] = cidrs[0], ["podCIDRs"] = new JsonArray([.. cidrs]) } };
        var written = await context.Client.MergePatchAsync<Node>(null, key.Name, patch, "", cancellation).ConfigureAwait(false);
        await nodes.SeenAsync(written, ControllerContext.OwnWrites, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>The first part of the range that is not given, or null when all are.</summary>
    public static string? FirstFree(IPNetwork range, int prefixLength, IReadOnlySet<string> given)
    {
        var count = 1L << Math.Min(32, prefixLength - range.PrefixLength);
        for (var i = 0L; i < count; i++)
        {
            var bytes = range.BaseAddress.GetAddressBytes();
            Add(bytes, (UInt128)i << (bytes.Length * 8 - prefixLength));
            var cidr = $"{new IPAddress(bytes)}/{prefixLength}";
            if (!given.Contains(cidr)) return cidr;
        }
        return null;
    }

    int PrefixOf(IPNetwork range) =>
        range.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 ? context.Options.NodeCidrMaskSizeIPv6 : context.Options.NodeCidrMaskSize;

    static void Add(byte[] address, UInt128 number)
    {
        for (var i = address.Length - 1; i >= 0 && number > 0; i--)
        {
            number += address[i];
            address[i] = (byte)number;
            number >>= 8;
        }
    }
}
