using System.Net;
using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Controllers.EndpointSlices;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Controllers.EndpointSliceMirroring;

/// <summary>
/// Decides the slices that mirror an Endpoints object: one for each list of ports and address family. Pure.
/// </summary>
public static class MirrorPlan
{
    public const string Controller = "endpointslicemirroring-controller.k8s.io";
    const string SkipMirror = "endpointslice.kubernetes.io/skip-mirror";
    const string Leader = "control-plane.alpha.kubernetes.io/leader";
    const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The most addresses of a subset that are mirrored, and the most endpoints in a slice.</summary>
    public const int Most = 1000;

    /// <param name="Invalid">How many addresses are none and were left out.</param>
    /// <param name="Skipped">How many addresses were left out, the invalid ones included.</param>
    public sealed record Mirrored(SlicePlan.Changes Changes, int Invalid, int Skipped);

    /// <summary>False for those whose author wants none, and for those that are the lock of an election.</summary>
    public static bool ShouldMirror(Endpoints endpoints) =>
        endpoints.Metadata.Labels?.GetValueOrDefault(SkipMirror) != "true" && endpoints.Metadata.Annotations?.ContainsKey(Leader) != true;

    /// <param name="existing">The slices of the object's name that this controller manages.</param>
    public static Mirrored For(Endpoints endpoints, IReadOnlyList<EndpointSlice> existing)
    {
        var (invalid, skipped) = (0, 0);
        var groups = new List<Group>();
        foreach (var subset in endpoints.Subsets ?? [])
        {
            List<EndpointPort> ports = [.. (subset.Ports ?? []).Select(p => new EndpointPort { Name = p.Name ?? "", Port = p.Port, Protocol = p.Protocol ?? "TCP", AppProtocol = p.AppProtocol })];
            var added = 0;
            foreach (var (address, ready) in (subset.Addresses ?? []).Select(a => (a, true)).Concat((subset.NotReadyAddresses ?? []).Select(a => (a, false))))
            {
                if (IPText.Parse(address.Ip) is not { } ip) (invalid, skipped) = (invalid + 1, skipped + 1);
                else if (added == Most || !GroupOf(groups, ports, IPText.IsV6(address.Ip)).TryAdd(EndpointOf(address, ip, ready))) skipped++;
                else added++;
            }
        }
        return new(Changes(endpoints, groups, existing), invalid, skipped);
    }

    /// <summary>What one slice is to hold.</summary>
    sealed record Group(IReadOnlyList<EndpointPort> Ports, string AddressType)
    {
        readonly HashSet<string> seen = [];
        public List<Endpoint> Endpoints { get; } = [];

        public bool TryAdd(Endpoint endpoint)
        {
            if (Endpoints.Count == Most) return false;
            // The same address in two subsets of the same ports is one endpoint.
            if (seen.Add(Text(endpoint))) Endpoints.Add(endpoint);
            return true;
        }
    }

    static Group GroupOf(List<Group> groups, List<EndpointPort> ports, bool v6)
    {
        var type = v6 ? "IPv6" : "IPv4";
        var group = groups.Find(g => g.AddressType == type && SliceContent.SamePorts(g.Ports, ports));
        if (group is null) groups.Add(group = new(ports, type));
        return group;
    }

    static SlicePlan.Changes Changes(Endpoints endpoints, List<Group> groups, IReadOnlyList<EndpointSlice> existing)
    {
        var metadata = Metadata(endpoints);
        List<EndpointSlice> create = [], update = [];
        var spare = existing.ToList();
        foreach (var group in groups)
        {
            var slice = new EndpointSlice { Metadata = metadata, AddressType = group.AddressType, Ports = group.Ports, Endpoints = group.Endpoints };
            var present = spare.Find(s => s.AddressType == group.AddressType && SliceContent.SamePorts(s.Ports, group.Ports));
            if (present is null) create.Add(slice);
            else
            {
                spare.Remove(present);
                if (!Same(present, slice)) update.Add(Named(slice, present));
            }
        }
        // A slice that would go lends its name to one that would come: one write instead of two.
        foreach (var slice in create.ToList())
        {
            if (spare.Find(s => s.AddressType == slice.AddressType) is not { } present) continue;
            spare.Remove(present);
            create.Remove(slice);
            update.Add(Named(slice, present));
        }
        return new([.. create.Select(s => s with { Metadata = metadata with { GenerateName = endpoints.Metadata.Name + "-" } })], update, spare, []);
    }

    static EndpointSlice Named(EndpointSlice slice, EndpointSlice present) => slice with
    {
        Metadata = slice.Metadata with { Name = present.Metadata.Name, Uid = present.Metadata.Uid, ResourceVersion = present.Metadata.ResourceVersion },
    };

    static ObjectMeta Metadata(Endpoints endpoints) => new()
    {
        Namespace = endpoints.Metadata.Namespace,
        Labels = new Dictionary<string, string>(endpoints.Metadata.Labels ?? new Dictionary<string, string>())
        {
            [SlicePlan.ServiceName] = endpoints.Metadata.Name!,
            [SlicePlan.ManagedBy] = Controller,
        },
        Annotations = Annotations(endpoints.Metadata.Annotations),
        OwnerReferences = [Ownership.Reference(endpoints)],
    };

    static IReadOnlyDictionary<string, string>? Annotations(IReadOnlyDictionary<string, string>? all) =>
        all?.Where(a => a.Key is not (TriggerTimes.Annotation or LastApplied)).ToDictionary() is { Count: > 0 } kept ? kept : null;

    static Endpoint EndpointOf(EndpointAddress address, IPAddress ip, bool ready) => new()
    {
        Addresses = [IPText.Canonical(ip)],
        Conditions = new EndpointConditions { Ready = ready },
        Hostname = string.IsNullOrEmpty(address.Hostname) ? null : address.Hostname,
        NodeName = address.NodeName,
        TargetRef = address.TargetRef,
    };

    static bool Same(EndpointSlice a, EndpointSlice b) =>
        SameMap(a.Metadata.Labels, b.Metadata.Labels) && SameMap(Annotations(a.Metadata.Annotations), b.Metadata.Annotations)
        && Ownership.Controller(a)?.Uid == Ownership.Controller(b)?.Uid
        && (a.Endpoints ?? []).Select(Text).ToHashSet().SetEquals((b.Endpoints ?? []).Select(Text));

    static bool SameMap(IReadOnlyDictionary<string, string>? a, IReadOnlyDictionary<string, string>? b) =>
        (a?.Count ?? 0) == (b?.Count ?? 0) && (a ?? new Dictionary<string, string>()).All(p => b!.GetValueOrDefault(p.Key) == p.Value);

    static string Text(Endpoint endpoint) => Encoding.UTF8.GetString(ApiJson.Write(endpoint));
}
