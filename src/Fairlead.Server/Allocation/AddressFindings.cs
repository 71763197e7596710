using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Networking.V1;
using Fairlead.Api.Resources.Kinds;
using IPAddress = Fairlead.Api.Networking.V1.IPAddress;

namespace Fairlead.Server.Allocation;

/// <summary>One thing that is wrong between Services and IPAddress objects, and what mends it.</summary>
/// <param name="About">The object that an event is recorded for.</param>
/// <param name="Reason">The event's reason; empty for none.</param>
/// <param name="Remove">The IPAddress object to remove.</param>
/// <param name="Make">The Service for which an IPAddress object of name <paramref name="Address"/> is to be made.</param>
sealed record AddressFinding(KubeObject About, string Reason, string Message, string Address, bool Remove = false, Service? Make = null);

/// <summary>
/// Compares the addresses that Services have with the IPAddress objects. A Service's address has an object that refers to it,
/// and an object of ours refers to a Service that has the address. Pure.
/// </summary>
static class AddressFindings
{
    /// <summary>The object is made before its Service is stored: so long an orphan may be one of a write under way.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<AddressFinding> Of(IReadOnlyList<Service> services, IReadOnlyList<IPAddress> addresses, IReadOnlyList<ServiceCIDR> ranges, DateTimeOffset now)
    {
        var networks = ranges.SelectMany(r => r.Spec?.Cidrs ?? []).Where(c => IPNetwork.TryParse(c, out _)).Select(IPNetwork.Parse).ToList();
        var byName = addresses.ToDictionary(a => a.Metadata.Name!);
        var byKey = services.ToDictionary(s => (s.Metadata.Namespace ?? "", s.Metadata.Name ?? ""));
        var findings = new List<AddressFinding>();
        var mended = new HashSet<string>();
        foreach (var service in services.OrderBy(s => s.Metadata.CreationTimestamp))
        {
            foreach (var text in AddressesOf(service))
                if (CheckService(service, text, networks, byName, byKey, mended) is { } finding) findings.Add(finding);
        }
        findings.AddRange(addresses.Where(a => !mended.Contains(a.Metadata.Name!) && IsOurs(a)).Select(a => CheckAddress(a, byKey, now)).OfType<AddressFinding>());
        return findings;
    }

    static AddressFinding? CheckService(Service service, string text, List<IPNetwork> networks,
        Dictionary<string, IPAddress> addresses, Dictionary<(string, string), Service> services, HashSet<string> mended)
    {
        if (IPText.Parse(text) is not { } ip) return new(service, "ClusterIPNotValid", $"Cluster IP {text} is not a valid IP; please recreate Service", text);
        var (name, family) = (IPText.Canonical(ip), ServiceFamilies.FamilyOf(text));
        if (!networks.Exists(n => n.Contains(ip)))
            return new(service, "ClusterIPOutOfRange", $"Cluster IP [{family}]: {name} is not within any configured Service CIDR; please recreate service", name);
        var twice = new AddressFinding(service, "ClusterIPAlreadyAllocated", $"Cluster IP [{family}]:{name} was assigned to multiple services; please recreate service", name);
        if (!addresses.TryGetValue(name, out var address))
            return mended.Add(name) ? new(service, "ClusterIPNotAllocated", $"Cluster IP [{family}]: {name} is not allocated; repairing", name, Make: service) : twice;
        var parent = address.Spec?.ParentRef;
        var holder = IsService(parent) ? services.GetValueOrDefault((parent!.Namespace ?? "", parent.Name)) : null;
        if (holder is null)
        {
            var wrong = $"the ClusterIP [{family}]: {name} for Service {service.Metadata.Namespace}/{service.Metadata.Name} has a wrong reference; repairing";
            return mended.Add(name) ? new(service, "ClusterIPNotAllocated", wrong, name, Remove: true, Make: service) : twice;
        }
        if (!ReferenceEquals(holder, service)) return AddressesOf(holder).Contains(name) ? twice : null;
        if (IsOurs(address) && address.Metadata.Labels!.GetValueOrDefault(AddressObjects.FamilyLabel) == family) return null;
        return mended.Add(name) ? new(service, "", "", name, Remove: true, Make: service) : null;
    }

    static AddressFinding? CheckAddress(IPAddress address, Dictionary<(string, string), Service> services, DateTimeOffset now)
    {
        var (name, parent) = (address.Metadata.Name!, address.Spec?.ParentRef);
        if (!IsService(parent))
            return new(address, "IPAddressNotAllocated", $"IPAddress {name} appears to have been modified, not referencing a Service {parent}: cleaning up", name, Remove: true);
        var service = services.GetValueOrDefault((parent!.Namespace ?? "", parent.Name));
        if ((service is not null && AddressesOf(service).Contains(name)) || now - address.Metadata.CreationTimestamp <= Grace) return null;
        return service is null
            ? new(address, "IPAddressNotAllocated", $"IPAddress: {name} for Service {parent.Namespace}/{parent.Name} appears to have leaked: cleaning up", name, Remove: true)
            : new(address, "IPAddressWrongReference", $"IPAddress: {name} for Service {parent.Namespace}/{parent.Name} has a wrong reference; cleaning up", name, Remove: true);
    }

    /// <summary>The addresses that a Service has, in canonical form where they are addresses at all.</summary>
    public static IEnumerable<string> AddressesOf(Service service) =>
        service.Spec is not { ClusterIP: not (null or "" or "None") } spec ? []
            : (spec.ClusterIPs is { Count: > 0 } all ? all : [spec.ClusterIP]).Select(a => IPText.Parse(a) is { } ip ? IPText.Canonical(ip) : a);

    static bool IsOurs(IPAddress address) => address.Metadata.Labels?.GetValueOrDefault(AddressObjects.ManagedBy) == AddressObjects.Manager;

    static bool IsService(ParentReference? parent) => parent is { Group: null or "", Resource: "services" };
}
