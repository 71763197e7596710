using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Names;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;
using Fairlead.Network.Traces.Checks;

namespace Fairlead.Network.Traces.Legs;

/// <summary>The second leg: from what the user wrote to addresses, by the cluster's own table of names.</summary>
sealed class NameLeg(TraceState state, Origin origin, string ns)
{
    const int MostAliases = 8;

    readonly NameZone zone = state.Names.Zone;
    readonly NameChecks checks = new(state);

    public (Resolution? Resolution, Finding? Fault) Resolve(TraceTarget target) => target switch
    {
        AddressTarget address => (Resolution.Of(address.Address), null),
        ServiceTarget service => OfService(service.Service),
        NameTarget name when origin.Pod is { } pod => AskAsPod(pod, name.Name),
        NameTarget name when !name.Name.Contains('.', StringComparison.Ordinal) => OfService(new(ns, name.Name)),
        NameTarget name => FromOutside(name.Name),
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };

    /// <summary>The Service itself, without anybody being asked for its name.</summary>
    (Resolution?, Finding?) OfService(ServiceKey key)
    {
        if (state.Objects.Cluster.Services.GetValueOrDefault(key) is not { } service) return (null, checks.WhyNoService(key));
        var name = zone.Service(key);
        return state.Names.Find(name) is { Records.IsEmpty: false } entry ? Follow(name, entry, 0) : (null, checks.WhyNoRecord(service, name));
    }

    (Resolution?, Finding?) FromOutside(string name)
    {
        if (!zone.Contains(name) && !checks.LooksLikeCluster(name)) return Outside(name);
        return (null, new(KnownCauses.NameServerBypassed, $"{origin.Text} is in no Pod and asks its own name server, which does not know the cluster's names such as {name}.",
            "Give the address, or ask from a Pod.", null));
    }

    (Resolution?, Finding?) AskAsPod(Pod pod, string name)
    {
        var server = state.Objects.Cluster.Services.GetValueOrDefault(state.Objects.NameService);
        var resolver = PodResolver.Of(pod, zone.Name, server?.Spec?.ClusterIPs is { Count: > 0 } ips ? [.. ips] : [server?.Spec?.ClusterIP ?? ""]);
        var inside = zone.Contains(name) || checks.LooksLikeCluster(name) || !name.Contains('.', StringComparison.Ordinal);
        if (!resolver.AsksCluster)
        {
            if (!inside) return Outside(name);
            return (null, new(KnownCauses.NameServerBypassed, $"Pod {PodFacts.KeyOf(pod)} does not ask the cluster's name server for {name}: {resolver.Policy}.",
                PodFacts.IsHostNetwork(pod) ? "Set spec.dnsPolicy to ClusterFirstWithHostNet." : "Set spec.dnsPolicy to ClusterFirst.", PodFacts.Of(pod, resolver.Field)));
        }
        if (NameServer(server, pod, resolver) is { } silent) return (null, silent);
        foreach (var candidate in resolver.Candidates(name))
        {
            if (state.Names.Find(candidate) is { Records.IsEmpty: false } entry && entry.Records.Any(r => r is AddressRecord or AliasRecord)) return Follow(candidate, entry, 0);
        }
        return inside ? (null, checks.WhyUnknown(name, pod.Metadata.Namespace ?? "")) : Outside(name);
    }

    /// <summary>Asks for the name server as for any Service; null if it is reached.</summary>
    Finding? NameServer(Service? server, Pod pod, PodResolver resolver)
    {
        var key = state.Objects.NameService;
        if (server is null)
            return new(KnownCauses.NameServerMissing,
                $"There is no Service {key}: no name of the cluster can be asked for.",
                "Restore the cluster's name server.",
                new("Service", key.Namespace, key.Name, "metadata.name"));
        if (!Address.TryParse(server.Spec?.ClusterIP, out var address) || origin.AddressOf(address.IsIPv6) is not { } source) return null;
        var walk = ServiceInterpreter.Walk(state.TableOf(origin.Node!), new(source, address, TransportProtocol.Udp, 53));
        if (walk.Outcomes.Any(o => o.Kind == OutcomeKind.Forward))
        {
            state.Log.Add("name", PodFacts.KeyOf(pod).ToString(), $"asks {address}, Service {key}", PodFacts.Of(pod, resolver.Field));
            return null;
        }
        return new(KnownCauses.NameServerWithoutEndpoint,
            $"Nobody answers {PodFacts.KeyOf(pod)}'s questions for names: {walk.Steps[^1].Text} (Service {key} at {address}, asked on {origin.Node}).",
            $"See why Service {key} has no ready endpoint for {origin.Node}.",
            new("Service", key.Namespace, key.Name, "spec.internalTrafficPolicy"));
    }

    (Resolution?, Finding?) Follow(string name, NameEntry entry, int depth)
    {
        var record = entry.Records[0];
        var service = state.Objects.Cluster.Services.GetValueOrDefault(record.Owner);
        if (record is not AliasRecord alias)
        {
            var addresses = entry.Records.OfType<AddressRecord>().Select(r => r.Address).Distinct().ToList();
            state.Log.Add("name", "", $"{name} is {Words.Some(addresses.Select(a => a.ToString()))}", record.Source);
            return (new([.. addresses], service, null), null);
        }
        state.Log.Add("name", "", $"{name} is another name for {alias.Target}", alias.Source);
        if (Address.TryParse(alias.Target, out _)) return (null, NameChecks.AliasOfAddress(alias));
        if (!zone.Contains(alias.Target)) return Outside(alias.Target);
        if (depth < MostAliases && state.Names.Find(alias.Target) is { Records.IsEmpty: false } next) return Follow(alias.Target, next, depth + 1);
        return (null, checks.WhyUnknown(alias.Target, record.Owner.Namespace));
    }

    (Resolution?, Finding?) Outside(string name)
    {
        state.Log.Add("name", "", $"{name} is no name of the cluster: it is asked for outside", null);
        return (Resolution.Outside(name), null);
    }
}
