using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>Draws a history. Services are few and share addresses, node ports and Pods, so that they get into each other's way.</summary>
sealed class HistoryRandom(int seed, Lab lab, Mode mode)
{
    const int Services = 4, Rounds = 6, FirstNodePort = 30080;

    static readonly string[][] Ranges =
        [["198.51.100.0/24", "2001:db8:51::/48"], ["10.244.0.0/16"], ["10.244.1.12/32", "fd00:10:244::/56"], ["192.0.2.0/24", "2001:db8::/64"], ["198.18.0.0/15"], ["0.0.0.0/0", "::/0"]];

    readonly Random random = new(seed);

    /// <summary>A history of about twenty steps and some packets after each round of changes.</summary>
    public IReadOnlyList<Step> History()
    {
        var steps = new List<Step>();
        // The first round fills the cluster.
        for (var n = 0; n < Services; n++) steps.AddRange([ServiceChange(n), SliceChange(n)]);
        for (var round = 0; round < Rounds; round++)
        {
            for (var n = random.Next(1, 4); n > 0; n--) steps.Add(Change());
            if (One(8)) steps.Add(new Restart(random.Next(1, 3)));
            steps.Add(new Deliver(random.Next(1000)));
            if (One(10) && mode.Disturbances.Count > 0) steps.Add(new Disturb(random.Next(1, 3), random.Next(mode.Disturbances.Count)));
            for (var n = 0; n < 8; n++) steps.Add(Packet());
            if (One(3)) steps.Add(new Look());
        }
        return steps;
    }

    Step Change() => random.Next(12) switch
    {
        0 => SettingsChange(),
        1 => NodeChange(),
        2 => Gone(random.Next(Services)),
        < 6 => ServiceChange(random.Next(Services)),
        _ => SliceChange(random.Next(Services)),
    };

    Change ServiceChange(int n)
    {
        var service = Service(n);
        return new($"service {Json(service)}", $"Service/{n}", ClusterSnapshot.KeyOf(service), c => c.With(service));
    }

    Change Gone(int n)
    {
        var key = new ServiceKey("default", $"s{n}");
        return new($"service {key} is deleted", $"Service/{n}", key, c => c.Services.TryGetValue(key, out var old) ? c.Without(old) : c);
    }

    Change SliceChange(int n)
    {
        var slice = Slice(n);
        var key = new ServiceKey("default", $"s{n}");
        return One(6)
            ? new($"slice {slice.Metadata.Name} is deleted", slice.Metadata.Name!, key, c => c.Without(slice))
            : new Change($"slice {Json(slice)}", slice.Metadata.Name!, key, c => c.With(slice));
    }

    Change SettingsChange()
    {
        ProxySettings settings = random.Next(5) switch
        {
            0 => new() { MasqueradeAll = true },
            1 => new() { LocalhostNodePorts = true },
            2 => new() { NodePortOnPrimary = true, LocalhostNodePorts = One(2) },
            3 => new() { NodePortAddresses = [AddressRange.Parse("192.0.2.0/28"), AddressRange.Parse($"{LabPlan.Third(true)}/128")] },
            _ => ProxySettings.Default,
        };
        return new($"settings {settings}", "settings", null, c => c with { Settings = settings });
    }

    Change NodeChange()
    {
        var node = lab.Nodes[random.Next(2)];
        string? zone = random.Next(3) switch { 0 => "a", 1 => "b", _ => null };
        var labels = zone is null ? [] : new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = zone };
        return new($"node {node.Name} is in zone {zone}", node.Name, null, c => c.With(node.Node with { Metadata = node.Node.Metadata with { Labels = labels } }));
    }

    Service Service(int n)
    {
        var address = One(8) ? random.Next(1, Services + 1) : n + 1;
        bool[] families = random.Next(6) switch { 0 => [false], 1 => [true], _ => [false, true] };
        var headless = One(15);
        var spec = new ServiceSpec
        {
            Type = random.Next(8) switch { 0 => "ExternalName", 1 => "ClusterIP", 2 or 3 => "NodePort", _ => "LoadBalancer" },
            IpFamilies = [.. families.Select(v6 => v6 ? "IPv6" : "IPv4")],
            ClusterIPs = headless ? ["None"] : [.. families.Select(v6 => LabPlan.ClusterIP(address, v6).ToString())],
            ExternalIPs = One(3) ? [.. families.Select(v6 => LabPlan.External(address, v6).ToString())] : null,
            ExternalTrafficPolicy = One(2) ? "Local" : "Cluster",
            InternalTrafficPolicy = One(4) ? "Local" : "Cluster",
            SessionAffinity = One(3) ? "ClientIP" : "None",
            SessionAffinityConfig = One(2) ? new() { ClientIP = new() { TimeoutSeconds = 600 } } : null,
            LoadBalancerSourceRanges = One(4) ? Ranges[random.Next(Ranges.Length)] : null,
        };
        spec = spec with { ClusterIP = spec.ClusterIPs[0], Ports = [.. Ports(spec.Type is not ("ClusterIP" or "ExternalName"), n)] };
        return Objects.Service($"s{n}", spec, One(4) ? null : Objects.Balanced(address, One(6) ? "Proxy" : null)) with
        {
            Metadata = new() { Namespace = "default", Name = $"s{n}", CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(random.Next(3)) },
        };
    }

    IEnumerable<ServicePort> Ports(bool nodePorts, int n)
    {
        foreach (var (protocol, times) in ((string, int)[])[("TCP", 8), ("UDP", 8), ("SCTP", mode.Sctp ? 4 : 0)])
        {
            for (var port = 0; port < 2; port++)
            {
                if (random.Next(10) >= times) continue;
                yield return new()
                {
                    Name = $"{protocol.ToLowerInvariant()}-{port}", Protocol = protocol, Port = 80 + port,
                    NodePort = nodePorts && !One(4) ? FirstNodePort + (One(8) ? random.Next(Services) : n) + 10 * port : null,
                };
                if (!One(3)) break;
            }
        }
    }

    EndpointSlice Slice(int n)
    {
        var ipv6 = One(2);
        var slice = Objects.Slice($"s{n}", ipv6, Enumerable.Range(1, LabPlan.Pods).Where(_ => random.Next(5) < 2).Select(pod => Endpoint(pod, ipv6)));
        var ports = from protocol in Objects.Protocols
                    from port in (int[])[0, 1]
                    select new EndpointPort { Name = $"{protocol.ToLowerInvariant()}-{port}", Protocol = protocol, Port = LabPlan.PodPorts[random.Next(2)] };
        return slice with { Metadata = slice.Metadata with { Name = $"{slice.Metadata.Name}-{random.Next(2)}" }, Ports = [.. ports] };
    }

    Endpoint Endpoint(int pod, bool ipv6)
    {
        var endpoint = Objects.Pod(pod, ipv6, ready: !One(6), draining: One(5));
        if (One(8)) endpoint = endpoint with { NodeName = null };
        if (!One(3)) return endpoint;
        return endpoint with
        {
            Hints = new() { ForZones = [new() { Name = One(2) ? "a" : "b" }], ForNodes = One(4) ? [new() { Name = $"n{random.Next(1, 3)}" }] : null },
        };
    }

    Send Packet()
    {
        var ipv6 = One(2);
        var sender = lab.Senders[random.Next(lab.Senders.Count)];
        var protocol = random.Next(mode.Sctp ? 10 : 9) switch { < 5 => TransportProtocol.Tcp, < 9 => TransportProtocol.Udp, _ => TransportProtocol.Sctp };
        var n = random.Next(1, Services + 1);
        if (!One(3))
        {
            var to = random.Next(4) switch { 0 => LabPlan.External(n, ipv6), 1 => LabPlan.External(n + 4, ipv6), _ => LabPlan.ClusterIP(n, ipv6) };
            return new(sender.Name, to, protocol, One(6) ? 81 : 80);
        }
        var addresses = lab.Nodes.SelectMany(node => node.Addresses).Where(a => a.IsIPv6 == ipv6).Order().ToList();
        // What comes to loopback is the node's own.
        if (sender.Place == SenderPlace.Node && !ipv6) addresses.Add(Address.Parse("127.0.0.1"));
        return new(sender.Name, addresses[random.Next(addresses.Count)], protocol, FirstNodePort + random.Next(Services) + (One(6) ? 10 : 0));
    }

    bool One(int of) => random.Next(of) == 0;

    static string Json<T>(T value) => Encoding.UTF8.GetString(ApiJson.Write(value));
}
