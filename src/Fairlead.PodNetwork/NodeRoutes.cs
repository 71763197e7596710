using Fairlead.Api.Core.V1;
using Fairlead.Client.Caching;
using Fairlead.Linux;
using Fairlead.Linux.Netlink;
using Fairlead.Network.Routes;

namespace Fairlead.PodNetwork;

/// <summary>
/// A node's Pod network: tells the runtime how to connect Pods as soon as the node has its range, and keeps a route to
/// every other node's Pods. Runs in the node's network namespace.
/// </summary>
/// <remarks>
/// <code>
/// Nodes ─watch─▶ RouteResolver (pure) ─▶ compare with the kernel's routes of protocol fairlead ─▶ rtnetlink
/// </code>
/// </remarks>
public sealed class NodeRoutes : IDisposable
{
    // Routes that something else removed come back within this time.
    internal TimeSpan Recheck { get; init; } = TimeSpan.FromSeconds(30);

    // The kernel of the namespace that the agent runs in.
    internal Func<RouteNetlink> OpenKernel { get; init; } = () => new RouteNetlink();

    readonly PodNetworkOptions options;
    readonly Informer<Node> nodes;
    readonly Action<string> log;
    readonly SemaphoreSlim changed = new(0, 1);

    /// <param name="nodes">All Nodes, kept by the caller; not yet running.</param>
    /// <param name="log">Receives one line for each fault that is tried again.</param>
    public NodeRoutes(PodNetworkOptions options, Informer<Node> nodes, Action<string> log)
    {
        (this.options, this.nodes, this.log) = (options, nodes, log);
        nodes.OnChange((old, now) => { if (Differs(old, now)) Signal(); });
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await nodes.Synced.WaitAsync(cancellation).ConfigureAwait(false);
        while (true)
        {
            Apply();
            await changed.WaitAsync(Recheck, cancellation).ConfigureAwait(false);
        }
    }

    public void Dispose() => changed.Dispose();

    void Apply()
    {
        try
        {
            var self = nodes.Get(new("", options.NodeName));
            if (self is not null && RouteResolver.PodCidrs(self) is { Count: > 0 } own) CniConfigurationFile.Write(options, own);
            ApplyRoutes(RouteResolver.Resolve(nodes.List(), options.NodeName));
        }
        catch (Exception e) when (e is LinuxException or IOException or UnauthorizedAccessException)
        {
            log($"pod network: {e.Message}; tried again in {Recheck.TotalSeconds} s");
        }
    }

    void ApplyRoutes(IReadOnlyList<NodeRoute> wished)
    {
        using var net = OpenKernel();
        // Routes through a gateway with our mark are ours; those of single Pods have none and belong to the plug-in.
        var present = net.Routes.List().Where(r => r.Protocol == Route.FairleadProtocol && r.Gateway is not null && r.Destination.PrefixLength > 0).ToList();
        foreach (var route in wished)
        {
            if (present.Any(p => p.Destination.Equals(route.Destination) && route.Gateway.Equals(p.Gateway))) continue;
            try
            {
                net.Routes.Replace(new Route(route.Destination) { Gateway = route.Gateway });
            }
            catch (LinuxException e)
            {
                // Such as a gateway that is on no link here: the other nodes' routes must not wait for this one.
                log($"pod network: the Pods of {route.Node}: {e.Message}; tried again in {Recheck.TotalSeconds} s");
            }
        }
        foreach (var route in present.Where(p => !wished.Any(w => w.Destination.Equals(p.Destination)))) net.Routes.Remove(route);
    }

    void Signal()
    {
        lock (changed)
        {
            if (changed.CurrentCount == 0) changed.Release();
        }
    }

    static bool Differs(Node? old, Node? now) =>
        old is null || now is null || old.Spec?.PodCIDR != now.Spec?.PodCIDR
        || !(old.Spec?.PodCIDRs ?? []).SequenceEqual(now.Spec?.PodCIDRs ?? [])
        || !(old.Status?.Addresses ?? []).SequenceEqual(now.Status?.Addresses ?? []);
}
