using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Cli.Traces;

/// <summary>Which Services a question is about: those named, those that have its address, and those that share one with them.</summary>
sealed class MeantServices(ServiceCatalog catalog, QuestionWords words, IReadOnlyList<Api.Core.V1.Node> nodes)
{
    // Names in chains of ExternalName are followed so far.
    const int MostAliases = 8;

    readonly Dictionary<ServiceKey, Service> found = [];

    public IReadOnlyList<Service> Find()
    {
        if (catalog.Find(new("kube-system", "kube-dns")) is { } dns) Add(dns);
        AddNamed(words.Names, 0);
        if (words.Address is { } address)
        {
            AddAll(catalog.WithAddress(address.ToString()));
            if (address.IsLoopback || nodes.Any(n => n.Status?.Addresses?.Any(a => a.Address == address.ToString()) == true)) AddAll(catalog.WithNodePort(words.Port));
        }
        // The older of two Services that claim one address has it.
        foreach (var shared in found.Values.SelectMany(AddressesOf).Distinct().ToList()) AddAll(catalog.WithAddress(shared));
        return [.. found.Values];
    }

    void AddNamed(IEnumerable<string> names, int depth)
    {
        foreach (var service in names.SelectMany(catalog.Named).ToList())
        {
            if (!Add(service) || depth >= MostAliases || service.Spec is not { Type: "ExternalName", ExternalName: { Length: > 0 } alias }) continue;
            AddNamed(QuestionWords.LabelsOf(alias.ToLowerInvariant()), depth + 1);
        }
    }

    void AddAll(IEnumerable<Service> services)
    {
        foreach (var service in services.ToList()) Add(service);
    }

    bool Add(Service service) => found.TryAdd(ClusterSnapshot.KeyOf(service), service);

    static IEnumerable<string> AddressesOf(Service service) =>
        (service.Spec?.ClusterIPs ?? []).Concat([service.Spec?.ClusterIP ?? ""]).Concat(service.Spec?.ExternalIPs ?? [])
            .Concat((service.Status?.LoadBalancer?.Ingress ?? []).Select(i => i.Ip ?? "")).Where(t => Address.TryParse(t, out _));
}
