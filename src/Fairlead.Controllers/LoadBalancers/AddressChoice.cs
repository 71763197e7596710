using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Client;

namespace Fairlead.Controllers.LoadBalancers;

/// <summary>
/// Decides the addresses of a Service of type LoadBalancer: what it has stays while a pool has it, what it asks for is honoured,
/// and for each other family the first free one is taken.
/// </summary>
/// <param name="Addresses">In the order of the Service's families; held in the claims.</param>
/// <param name="Refused">Why it lacks one that it should have; null if it does not.</param>
public sealed record AddressChoice(IReadOnlyList<string> Addresses, string? Refused)
{
    /// <param name="claims">Receives what is taken; what is no longer used is left to the caller.</param>
    public static AddressChoice For(Service service, IReadOnlyList<AddressPool> pools, AddressClaims claims)
    {
        var key = ObjectKey.Of(service);
        var present = (service.Status?.LoadBalancer?.Ingress ?? []).Select(i => i.Ip).OfType<string>().Select(Canonical).OfType<string>()
            .Concat(claims.Of(key)).ToList();
        var (chosen, refusals) = (new List<string>(), new List<string>());
        foreach (var v6 in Families(service))
        {
            var (address, refused) = Choose(v6, service.Spec?.LoadBalancerIP, present, pools, claims, key);
            if (address is not null) chosen.Add(address);
            else if (refused is not null) refusals.Add(refused);
        }
        // One of two is enough where two are only preferred; where they are required none goes without the other.
        if (refusals.Count == 0 || (service.Spec?.IpFamilyPolicy == "PreferDualStack" && chosen.Count > 0)) return new(chosen, null);
        return new(service.Spec?.IpFamilyPolicy == "RequireDualStack" ? [] : chosen, string.Join("; ", refusals));
    }

    static (string? Address, string? Refused) Choose(bool v6, string? asked, List<string> present, IReadOnlyList<AddressPool> pools, AddressClaims claims, ObjectKey key)
    {
        if (!string.IsNullOrEmpty(asked))
        {
            if (IPText.Parse(asked) is not { } wish) return (null, $"loadBalancerIP \"{asked}\" is no address");
            if (IPText.IsV6(asked) == v6) return TakeAsked(wish, pools, claims, key);
        }
        var kept = present.Find(a => IPText.IsV6(a) == v6 && pools.Any(p => p.AutoAssign && Contains(p, IPAddress.Parse(a))) && claims.TryHold(a, key));
        if (kept is not null) return (kept, null);
        foreach (var range in pools.Where(p => p.AutoAssign).SelectMany(p => p.Ranges).Where(r => r.IPv6 == v6))
        {
            if (claims.TakeFirst(range, key) is { } taken) return (taken, null);
        }
        var family = v6 ? "IPv6" : "IPv4";
        return (null, pools.Any(p => p.AutoAssign && p.Ranges.Any(r => r.IPv6 == v6)) ? $"no {family} address is free in any pool" : $"no pool has {family} addresses");
    }

    static (string? Address, string? Refused) TakeAsked(IPAddress wish, IReadOnlyList<AddressPool> pools, AddressClaims claims, ObjectKey key)
    {
        var address = IPText.Canonical(wish);
        if (!pools.Any(p => Contains(p, wish))) return (null, $"{address} is in no pool");
        return claims.TryHold(address, key) ? (address, null) : (null, $"{address} is held by Service {claims.HolderOf(address)}");
    }

    static bool Contains(AddressPool pool, IPAddress address) => pool.Ranges.Any(r => r.Contains(address));

    static string? Canonical(string text) => IPText.Parse(text) is { } ip ? IPText.Canonical(ip) : null;

    static IEnumerable<bool> Families(Service service) =>
        service.Spec?.IpFamilies is { Count: > 0 } families ? families.Select(f => f == "IPv6") : [service.Spec?.ClusterIP?.Contains(':') == true];
}
