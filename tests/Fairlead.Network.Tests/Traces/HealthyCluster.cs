using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Services;
using DiscoveryPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Network.Tests.Traces;

/// <summary>
/// Two nodes and a bit of everything, all of it well:
/// <code>
/// n1 192.0.2.1, 10.244.1.0/24: client, web-1          n2 192.0.2.2, 10.244.2.0/24: web-2, db-0, agent (host network, 9100)
/// web    NodePort      10.96.0.20:80 → "http", 30080       db      headless, 5432
/// shop   LoadBalancer  203.0.113.10:80 → 8080, 30090       legacy  without selector, 10.96.0.30:9000 → 198.51.100.9:9000
/// sig    ClusterIP     10.96.0.40:3868/sctp                partner ExternalName partner.example.org
/// </code>
/// </summary>
static class HealthyCluster
{
    public static Scenario Create()
    {
        var cluster = new Scenario();
        foreach (var number in (int[])[1, 2]) cluster.Nodes[$"n{number}"] = NodeOf(number);
        AddPods(cluster);
        AddServices(cluster);
        AddHandMade(cluster);
        cluster.Workloads.Add(new("Deployment", "default", "web", 2, new Dictionary<string, string> { ["app"] = "web", ["tier"] = "front" }, null));
        cluster.Workloads.Add(new("ReplicaSet", "default", "web-7d4b", 2, new Dictionary<string, string> { ["app"] = "web", ["tier"] = "front" }, null));
        return cluster;
    }

    static void AddPods(Scenario cluster)
    {
        Add(PodOf("client", 1, 5, new() { ["app"] = "client" }));
        Add(PodOf("web-1", 1, 11, new() { ["app"] = "web", ["tier"] = "front" }, Port("http", 8080)));
        Add(PodOf("web-2", 2, 12, new() { ["app"] = "web", ["tier"] = "front" }, Port("http", 8080)));
        var db = PodOf("db-0", 2, 20, new() { ["app"] = "db" }, Port("sql", 5432));
        Add(db with { Spec = db.Spec! with { Hostname = "db-0", Subdomain = "db" } });
        Add(PodOf("sig-0", 2, 30, new() { ["app"] = "sig" }, Port("dia", 3868, "SCTP")));
        var agent = PodOf("agent", 2, 0, new() { ["app"] = "agent" }, Port("metrics", 9100));
        Add(agent with { Spec = agent.Spec! with { HostNetwork = true }, Status = agent.Status! with { PodIP = "192.0.2.2", PodIPs = [new() { Ip = "192.0.2.2" }] } });

        void Add(Pod pod) => cluster.Pods[new("default", pod.Metadata.Name!)] = pod;
    }

    static void AddServices(Scenario cluster)
    {
        Dictionary<string, string> web = new() { ["app"] = "web", ["tier"] = "front" };
        Add("web", new() { Type = "NodePort", ClusterIP = "10.96.0.20", Selector = web, Ports = [new() { Name = "http", Port = 80, TargetPort = "http", NodePort = 30080 }] });
        Add("shop", new() { Type = "LoadBalancer", ClusterIP = "10.96.0.21", Selector = web, Ports = [new() { Port = 80, TargetPort = 8080, NodePort = 30090 }] },
            new() { LoadBalancer = new() { Ingress = [new() { Ip = "203.0.113.10" }] } });
        Add("db", new() { ClusterIP = "None", Selector = new Dictionary<string, string> { ["app"] = "db" }, Ports = [new() { Name = "sql", Port = 5432, TargetPort = "sql" }] });
        Add("legacy", new() { ClusterIP = "10.96.0.30", Ports = [new() { Name = "api", Port = 9000 }] });
        Add("sig", new() { ClusterIP = "10.96.0.40", Selector = new Dictionary<string, string> { ["app"] = "sig" }, Ports = [new() { Protocol = "SCTP", Port = 3868, TargetPort = 3868 }] });
        Add("partner", new() { Type = "ExternalName", ExternalName = "partner.example.org" });
        cluster.Services[new("kube-system", "kube-dns")] = new()
        {
            Metadata = new() { Namespace = "kube-system", Name = "kube-dns" },
            Spec = new() { ClusterIP = "10.96.0.10", ClusterIPs = ["10.96.0.10"], InternalTrafficPolicy = "Local", Ports = [new() { Name = "dns", Protocol = "UDP", Port = 53 }] },
        };

        void Add(string name, ServiceSpec spec, ServiceStatus? status = null) => cluster.Services[new("default", name)] = new()
        {
            Metadata = new() { Namespace = "default", Name = name, CreationTimestamp = DateTimeOffset.UnixEpoch.AddDays(1) }, Spec = spec, Status = status,
        };
    }

    static void AddHandMade(Scenario cluster)
    {
        cluster.HandMade.Add(Slice("default", "legacy", "legacy-1", [new() { Name = "api", Port = 9000 }], ("198.51.100.9", null)));
        cluster.HandMade.Add(Slice("kube-system", "kube-dns", "kube-dns-n1", [new() { Name = "dns", Protocol = "UDP", Port = 53 }], ("192.0.2.1", "n1")));
        cluster.HandMade.Add(Slice("kube-system", "kube-dns", "kube-dns-n2", [new() { Name = "dns", Protocol = "UDP", Port = 53 }], ("192.0.2.2", "n2")));
    }

    public static EndpointSlice Slice(string ns, string service, string name, DiscoveryPort[] ports, params (string Address, string? Node)[] endpoints) => new()
    {
        Metadata = new() { Namespace = ns, Name = name, Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = service } },
        AddressType = "IPv4",
        Ports = ports,
        Endpoints = [.. endpoints.Select(e => new Endpoint { Addresses = [e.Address], NodeName = e.Node, Conditions = new() { Ready = true } })],
    };

    static Node NodeOf(int number) => new()
    {
        Metadata = new() { Name = $"n{number}" },
        Spec = new() { PodCIDR = $"10.244.{number}.0/24", PodCIDRs = [$"10.244.{number}.0/24"] },
        Status = new()
        {
            Addresses = [new() { Type = "InternalIP", Address = $"192.0.2.{number}" }, new() { Type = "Hostname", Address = $"n{number}" }],
            Conditions = [new() { Type = "Ready", Status = "True" }],
            DaemonEndpoints = new() { KubeletEndpoint = new() { Port = 10250 } },
        },
    };

    public static Pod PodOf(string name, int node, int host, Dictionary<string, string> labels, params ContainerPort[] ports) => new()
    {
        Metadata = new() { Namespace = "default", Name = name, Labels = labels, Uid = name },
        Spec = new() { NodeName = $"n{node}", Containers = [new() { Name = "app", Ports = ports }] },
        Status = new()
        {
            Phase = "Running",
            PodIP = $"10.244.{node}.{host}",
            PodIPs = [new() { Ip = $"10.244.{node}.{host}" }],
            Conditions = [new() { Type = "PodScheduled", Status = "True" }, new() { Type = "Ready", Status = "True" }],
            ContainerStatuses = [new() { Name = "app", Ready = true, Started = true, State = new() { Running = new() } }],
        },
    };

    static ContainerPort Port(string name, int number, string protocol = "TCP") => new() { Name = name, Number = number, Protocol = protocol };
}
