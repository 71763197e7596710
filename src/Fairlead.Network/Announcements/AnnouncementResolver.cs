using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Announcements;

/// <summary>
/// Which node answers for each load balancer's address. Every node computes the same from the same objects, so nobody has to
/// be asked or elected: of the nodes that may, the one whose hash with the address is the largest. When a node goes, its
/// addresses alone move.
/// </summary>
/// <remarks>
/// A node may if it is ready and not excluded; under externalTrafficPolicy Local it must have an endpoint too. While no node
/// at all is ready it is the control plane that is ill, and all may.
/// </remarks>
public static class AnnouncementResolver
{
    /// <summary>spec.loadBalancerClass of Services whose addresses are announced; those without a class are too.</summary>
    public const string Class = "fairlead.io/announce";

    const string Excluded = "node.kubernetes.io/exclude-from-external-load-balancers";

    /// <summary>All announcements, one an address.</summary>
    public static ImmutableSortedDictionary<Address, Announcement> Resolve(ClusterSnapshot snapshot)
    {
        var nodes = Eligible(snapshot);
        return Merge(snapshot.Services.Keys.SelectMany(key => Of(snapshot, key, nodes)));
    }

    /// <summary>An address that two Services name, which the pools never give, is the first one's in order of names.</summary>
    internal static ImmutableSortedDictionary<Address, Announcement> Merge(IEnumerable<(ServiceKey Service, Announcement Announcement)> all) =>
        all.GroupBy(a => a.Announcement.Address).Select(g => g.MinBy(a => (a.Service.Namespace, a.Service.Name)).Announcement)
            .ToImmutableSortedDictionary(a => a.Address, a => a);

    /// <summary>The nodes that may announce at all, in order of their names.</summary>
    internal static ImmutableArray<string> Eligible(ClusterSnapshot snapshot)
    {
        var open = snapshot.Nodes.Values.Where(n => n.Metadata.DeletionTimestamp is null && n.Metadata.Labels?.ContainsKey(Excluded) != true).ToList();
        var ready = open.Where(IsReady).ToList();
        return [.. (ready.Count > 0 ? ready : open).Select(n => n.Metadata.Name ?? "").Order(StringComparer.Ordinal)];
    }

    /// <summary>The announcements of one Service; none if it is not ours to announce, or no node may.</summary>
    internal static IEnumerable<(ServiceKey, Announcement)> Of(ClusterSnapshot snapshot, ServiceKey key, ImmutableArray<string> nodes)
    {
        if (snapshot.Services.GetValueOrDefault(key) is not { Spec: { Type: "LoadBalancer", LoadBalancerClass: null or "" or Class } spec } service) yield break;
        foreach (var (address, kind, field) in ServicePorts.Addresses(service))
        {
            if (kind != FrontendKind.LoadBalancerIP) continue;
            var candidates = spec.ExternalTrafficPolicy == "Local" ? WithEndpoint(snapshot, key, address.IsIPv6, nodes) : nodes;
            if (candidates.Length == 0) continue;
            yield return (key, new(address, candidates.MaxBy(n => Weight(n, address))!, new("Service", key.Namespace, key.Name, field)));
        }
    }

    /// <summary>Those with an endpoint that is ready or, if there is none, that still serves while it terminates (KEP-1669).</summary>
    static ImmutableArray<string> WithEndpoint(ClusterSnapshot snapshot, ServiceKey key, bool ipv6, ImmutableArray<string> nodes)
    {
        var endpoints = snapshot.SlicesOf(key).Values.Where(s => s.AddressType == (ipv6 ? "IPv6" : "IPv4")).SelectMany(s => s.Endpoints ?? []).ToList();
        ImmutableArray<string> On(Func<Api.Discovery.V1.Endpoint, bool> usable) => [.. nodes.Intersect(endpoints.Where(usable).Select(e => e.NodeName ?? ""))];
        var ready = On(e => e.Conditions?.Ready ?? true);
        return ready.IsEmpty ? On(e => e.Conditions is { Terminating: true } c && (c.Serving ?? c.Ready ?? true)) : ready;
    }

    static bool IsReady(Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == "True";

    /// <summary>FNV-1a over name and address, mixed so that names that differ in their last letter are far apart.</summary>
    static ulong Weight(string node, Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        var hash = 14695981039346656037;
        foreach (var letter in node) hash = (hash ^ letter) * 1099511628211;
        foreach (var part in bytes[..address.Length]) hash = (hash ^ part) * 1099511628211;
        hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
        hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
        return hash ^ hash >> 33;
    }
}
