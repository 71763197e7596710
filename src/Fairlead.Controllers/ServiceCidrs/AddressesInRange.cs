using System.Net;
using Fairlead.Api.Networking.V1;

namespace Fairlead.Controllers.ServiceCidrs;

/// <summary>Whether a ServiceCIDR may go: no Service's address would be left without a range. Pure.</summary>
static class AddressesInRange
{
    const string ManagedBy = "ipaddress.kubernetes.io/managed-by";
    const string Allocator = "ipallocator.k8s.io";

    /// <param name="all">All ServiceCIDRs; those that are on their way out hold nothing.</param>
    public static bool MayGo(ServiceCIDR range, IEnumerable<ServiceCIDR> all, IEnumerable<Api.Networking.V1.IPAddress> addresses)
    {
        var others = all.Where(o => o.Metadata.Uid != range.Metadata.Uid && o.Metadata.DeletionTimestamp is null).SelectMany(Networks).ToList();
        var own = Networks(range).Where(n => !others.Exists(o => o.PrefixLength <= n.PrefixLength && o.Contains(n.BaseAddress))).ToList();
        return own.Count == 0 || !addresses.Any(a => IsService(a) && System.Net.IPAddress.TryParse(a.Metadata.Name, out var ip)
            && own.Exists(n => n.Contains(ip)) && !others.Exists(n => n.Contains(ip)));
    }

    static bool IsService(Api.Networking.V1.IPAddress address) => address.Metadata.Labels?.GetValueOrDefault(ManagedBy) == Allocator;

    static IEnumerable<IPNetwork> Networks(ServiceCIDR range) => (range.Spec?.Cidrs ?? []).Where(c => IPNetwork.TryParse(c, out _)).Select(IPNetwork.Parse);
}
