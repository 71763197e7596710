using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Names;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a name has no address.</summary>
sealed class NameChecks(TraceState state)
{
    readonly NameZone zone = state.Names.Zone;

    /// <summary>The name is not in the cluster's domain as it stands, but was meant to be: SERVICE.NAMESPACE, HOST.SERVICE, or with .svc in it.</summary>
    public bool LooksLikeCluster(string name)
    {
        var labels = name.Split('.');
        return labels.Contains("svc") || (labels.Length == 2 && (state.Objects.Namespaces.Contains(labels[1]) || state.ServiceNames.Any(s => labels.Contains(s.Name))));
    }

    /// <summary>Why a name that is looked up from a namespace is unknown.</summary>
    public Finding WhyUnknown(string name, string from)
    {
        var labels = Relative(name);
        if (labels is null) return new(KnownCauses.ClusterDomainWrong,
            $"{name} is not in the cluster's domain {zone.Name}, and outside nobody knows it.",
            $"Write it as SERVICE.NAMESPACE.svc.{zone.Name}, or leave the domain out.",
            null);
        return labels switch
        {
            [var service] => WhyNotThere(new(from, service), null, name),
            [var service, var ns] when state.Objects.Namespaces.Contains(ns) => WhyNotThere(new(ns, service), null, name),
            // "db-0.db" is a host of a headless Service in the sender's own namespace.
            [var host, var service] when state.Objects.Cluster.Services.ContainsKey(new(from, service)) => WhyNotThere(new(from, service), host, name),
            [_, var ns] => NoNamespace(ns, name),
            [.., var host, var service, var ns] when state.Objects.Namespaces.Contains(ns) => WhyNotThere(new(ns, service), host, name),
            [.., var ns] => NoNamespace(ns, name),
            _ => WhyNotThere(new(from, name), null, name),
        };
    }

    /// <summary>Why a Service that was asked for does not exist.</summary>
    public Finding WhyNoService(ServiceKey key)
    {
        if (!state.Objects.Namespaces.Contains(key.Namespace)) return NoNamespace(key.Namespace, key.ToString());
        var elsewhere = state.ServiceNames.Where(s => s.Name == key.Name).ToList();
        if (elsewhere.Count > 0)
        {
            return new(KnownCauses.ServiceInOtherNamespace,
                $"There is no Service {key.Name} in namespace {key.Namespace}; there is one in {Words.Some(elsewhere.Select(e => e.Namespace))}.",
                $"Ask for {elsewhere[0].Name}.{elsewhere[0].Namespace}.",
                new("Service", elsewhere[0].Namespace, elsewhere[0].Name, "metadata.namespace"));
        }
        var like = Likeness.Nearest(key.Name, state.ServiceNames.Where(s => s.Namespace == key.Namespace).Select(s => s.Name));
        return new(KnownCauses.ServiceMissing,
            $"There is no Service {key.Name} in namespace {key.Namespace}{(like is null ? "" : $"; there is one called {like}")}.",
            like is null ? "Create the Service, or correct the name." : $"Ask for {like}, or create the Service.",
            like is null ? null : new("Service", key.Namespace, like, "metadata.name"));
    }

    /// <summary>Why a Service that exists has no address under its own name.</summary>
    public Finding WhyNoRecord(Service service, string name)
    {
        var key = ClusterSnapshot.KeyOf(service);
        Provenance Of(string field) => new("Service", key.Namespace, key.Name, field);
        if (service.Spec?.Type == "ExternalName")
            return new(KnownCauses.ExternalNameEmpty,
                $"Service {key} is of type ExternalName and names nothing.",
                "Set spec.externalName to a host's name.",
                Of("spec.externalName"));
        if (service.Spec?.ClusterIP == "None") return new NoEndpointChecks(state, service).WhyHeadless();
        return new(KnownCauses.ServiceWithoutAddress,
            $"Service {key} has no ClusterIP, so {name} has no address.",
            "See why none was given: the range of Service addresses may be used up.",
            Of("spec.clusterIP"));
    }

    /// <summary>A name cannot stand for an address.</summary>
    public static Finding AliasOfAddress(AliasRecord alias) => new(KnownCauses.ExternalNameIsAddress,
        $"Service {alias.Owner} is of type ExternalName with {alias.Target}, which DNS hands on as a name, not as an address.",
        "Make a Service without selector and an EndpointSlice with the address instead.", alias.Source);

    Finding WhyNotThere(ServiceKey key, string? host, string name)
    {
        if (state.Objects.Cluster.Services.GetValueOrDefault(key) is not { } service) return WhyNoService(key);
        if (host is null || state.Names.Find(zone.Service(key)) is not { Records.IsEmpty: false } entry) return WhyNoRecord(service, name);
        var suffix = "." + zone.Service(key);
        var hosts = state.Names.Names.Where(n => n.Key.EndsWith(suffix, StringComparison.Ordinal) && n.Value.Records.Any(r => r is AddressRecord)).Select(n => n.Key[..^suffix.Length]);
        var known = service.Spec?.ClusterIP == "None" ? $"; its hosts are {Words.Some(hosts.Order(StringComparer.Ordinal))}" : ", for it is not headless";
        return new(KnownCauses.HostNameUnknown, $"Service {key} has no ready endpoint called {host}{known}.",
            "See whether the Pod is ready, and whether its spec.hostname and spec.subdomain name it so.", entry.Records[0].Source);
    }

    Finding NoNamespace(string ns, string name)
    {
        var like = Likeness.Nearest(ns, state.Objects.Namespaces);
        return new(KnownCauses.NamespaceMissing, $"There is no namespace {ns}, so nothing is called {name}{(like is null ? "" : $"; there is one called {like}")}.",
            "Correct the namespace in the name.", like is null ? null : new("Namespace", "", like, "metadata.name"));
    }

    /// <summary>The labels before .svc and the domain; null if the name ends in another domain.</summary>
    string[]? Relative(string name)
    {
        var text = zone.Contains(name) ? name[..^zone.Name.Length].TrimEnd('.') : name;
        var labels = text.Split('.', StringSplitOptions.RemoveEmptyEntries);
        if (labels is [.. var before, "svc"]) return before;
        return labels.Contains("svc") ? null : labels;
    }
}
