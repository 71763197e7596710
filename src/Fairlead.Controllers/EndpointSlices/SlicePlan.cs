using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>
/// Decides the slices of a Service: endpoints stay in the slice they are in, new ones fill slices that have room, and a
/// slice is written only if something in it changes. Pure.
/// </summary>
public static class SlicePlan
{
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    public const string Controller = "endpointslice-controller.k8s.io";
    const string Headless = "service.kubernetes.io/headless";

    /// <summary>The most endpoints in a slice.</summary>
    public const int Capacity = 100;

    /// <summary>What to write: slices to create (without name), to update, and to delete.</summary>
    /// <param name="Hints">What came of the wish for hints by zone shares, one entry a family; empty for other Services.</param>
    public sealed record Changes(
        IReadOnlyList<EndpointSlice> Create, IReadOnlyList<EndpointSlice> Update, IReadOnlyList<EndpointSlice> Delete, IReadOnlyList<HintVerdict> Hints);

    /// <param name="pods">The Pods that the Service selects.</param>
    /// <param name="existing">The slices of the Service's name that this controller manages.</param>
    /// <param name="node">Finds a node by name, for its zone.</param>
    /// <param name="shares">The zones' shares of the CPUs; null where the nodes do not tell. Asked for by annotation alone.</param>
    public static Changes For(Service service, IReadOnlyList<Pod> pods, IReadOnlyList<EndpointSlice> existing, Func<string, Node?> node, ZoneShares? shares = null)
    {
        var changes = new Drafted();
        // Slices of an earlier Service of this name wait for the garbage collector: nothing of them may be used again.
        changes.Delete.AddRange(existing.Where(s => !IsOwned(s, service)));
        var own = existing.Where(s => IsOwned(s, service)).ToList();
        var families = Families(service).Distinct().ToList();
        foreach (var family in families) PlanFamily(service, pods, [.. own.Where(s => s.AddressType == AddressType(family))], family, node, shares, changes);
        changes.Delete.AddRange(own.Where(s => !families.Select(AddressType).Contains(s.AddressType)));
        return new(changes.Create, changes.Update, changes.Delete, changes.Hints);
    }

    sealed class Drafted
    {
        public List<EndpointSlice> Create { get; } = [];
        public List<EndpointSlice> Update { get; } = [];
        public List<EndpointSlice> Delete { get; } = [];
        public List<HintVerdict> Hints { get; } = [];
    }

    static void PlanFamily(Service service, IReadOnlyList<Pod> pods, List<EndpointSlice> existing, AddressFamily family, Func<string, Node?> node, ZoneShares? shares, Drafted changes)
    {
        var labels = Labels(service);
        var byShares = HintModes.Of(service) == HintMode.Shares;
        var groups = SliceContent.Of(service, pods, family, node);
        List<SliceDraft> drafts = [.. groups.SelectMany(g => Place(g, [.. existing.Where(s => SliceContent.SamePorts(s.Ports, g.Ports))], labels, byShares))];
        drafts.AddRange(existing.Where(s => !groups.Any(g => SliceContent.SamePorts(s.Ports, g.Ports))).Select(s => new SliceDraft(s, s.Ports ?? [], labels)));
        if (drafts.TrueForAll(d => d.Endpoints.Count == 0)) KeepPlaceholder(drafts, labels);
        if (byShares) changes.Hints.Add(new(AddressType(family), ZoneHints.Assign(shares, drafts)));
        Collect(service, AddressType(family), drafts, labels, changes);
    }

    /// <summary>The slices of a group, with each of its endpoints in one of them.</summary>
    static List<SliceDraft> Place(SliceContent group, List<EndpointSlice> existing, Dictionary<string, string> labels, bool keepHints)
    {
        var waiting = new Dictionary<(string, string), Endpoint>(group.Endpoints);
        var drafts = new List<SliceDraft>();
        foreach (var slice in existing)
        {
            var draft = new SliceDraft(slice, group.Ports, labels);
            foreach (var endpoint in slice.Endpoints ?? [])
            {
                if (!waiting.Remove(SliceContent.Key(endpoint), out var now)) continue;
                draft.Endpoints.Add(keepHints && now.Conditions?.Ready == true ? now with { Hints = endpoint.Hints } : now);
            }
            drafts.Add(draft);
        }
        var rest = new Queue<Endpoint>(waiting.Values);
        // Slices that must be written anyway take new endpoints first, the fullest first; then one that has room for all that is left.
        foreach (var draft in drafts.Where(d => d.Endpoints.Count > 0 && d.Differs).OrderByDescending(d => d.Endpoints.Count).ToList()) Fill(draft, rest);
        if (rest.Count > 0 && drafts.Where(d => d.Endpoints.Count + rest.Count <= Capacity).MaxBy(d => d.Endpoints.Count) is { } roomy) Fill(roomy, rest);
        while (rest.Count > 0)
        {
            var draft = new SliceDraft(null, group.Ports, labels);
            Fill(draft, rest);
            drafts.Add(draft);
        }
        return drafts;
    }

    static void Fill(SliceDraft draft, Queue<Endpoint> rest)
    {
        while (rest.Count > 0 && draft.Endpoints.Count < Capacity) draft.Endpoints.Add(rest.Dequeue());
    }

    /// <summary>A Service without endpoints has one slice without any, so that it has a record at all.</summary>
    static void KeepPlaceholder(List<SliceDraft> drafts, Dictionary<string, string> labels)
    {
        var kept = drafts.Find(d => d is { Existing: { Endpoints: not { Count: > 0 }, Ports: not { Count: > 0 } }, Differs: false });
        if (kept is not null) drafts.Remove(kept);
        else drafts.Add(new SliceDraft(null, [], labels));
    }

    static void Collect(Service service, string type, List<SliceDraft> drafts, Dictionary<string, string> labels, Drafted changes)
    {
        var create = new Queue<EndpointSlice>(drafts.Where(d => d.Existing is null).Select(d => New(service, type, d.Ports, d.Endpoints, labels)));
        foreach (var draft in drafts.Where(d => d.Existing is not null))
        {
            var slice = draft.Existing!;
            var written = slice with { Endpoints = draft.Endpoints, Ports = draft.Ports, Metadata = slice.Metadata with { Labels = labels } };
            if (draft.Endpoints.Count > 0)
            {
                if (draft.Differs) changes.Update.Add(written);
            }
            // A slice that would go lends its name to one that would come: one write instead of two.
            else if (create.TryDequeue(out var replacement)) changes.Update.Add(replacement with { Metadata = written.Metadata });
            else changes.Delete.Add(slice);
        }
        changes.Create.AddRange(create);
    }

    static EndpointSlice New(Service service, string type, IReadOnlyList<EndpointPort> ports, IReadOnlyList<Endpoint> endpoints, Dictionary<string, string> labels) => new()
    {
        Metadata = new ObjectMeta
        {
            GenerateName = service.Metadata.Name + "-",
            Namespace = service.Metadata.Namespace,
            Labels = labels,
            OwnerReferences = [Ownership.Reference(service)],
        },
        AddressType = type,
        Endpoints = endpoints,
        Ports = ports,
    };

    static bool IsOwned(EndpointSlice slice, Service service) =>
        slice.Metadata.OwnerReferences?.Any(o => o.Kind == "Service" && o.ApiVersion == "v1" && o.Uid == service.Metadata.Uid) == true;

    static Dictionary<string, string> Labels(Service service)
    {
        var labels = (service.Metadata.Labels ?? new Dictionary<string, string>()).Where(l => l.Key != Headless).ToDictionary();
        labels[ServiceName] = service.Metadata.Name!;
        labels[ManagedBy] = Controller;
        if (service.Spec?.ClusterIP is null or "" or "None") labels[Headless] = "";
        return labels;
    }

    static IEnumerable<AddressFamily> Families(Service service) =>
        service.Spec?.IpFamilies is { Count: > 0 } families
            ? families.Select(f => f == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            : [service.Spec?.ClusterIP?.Contains(':') == true ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork];

    static string AddressType(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
}
