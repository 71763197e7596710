using System.Collections.Immutable;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;
using DiscoveryPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Network.Tests.Traces;

/// <summary>A cluster's objects, to be changed by a case. Slices of Services with a selector follow from the Pods, as the controller makes them.</summary>
sealed class Scenario
{
    public Dictionary<string, Node> Nodes { get; } = [];
    public Dictionary<ServiceKey, Service> Services { get; } = [];
    public Dictionary<PodKey, Pod> Pods { get; } = [];
    public Dictionary<ServiceKey, Endpoints> Endpoints { get; } = [];
    public List<EndpointSlice> HandMade { get; } = [];
    public List<Workload> Workloads { get; } = [];
    public HashSet<string> Namespaces { get; } = ["default", "prod", "kube-system"];
    public Dictionary<PodKey, string> Warnings { get; } = [];
    public ProxyConfiguration Configuration { get; set; } = ProxyConfiguration.Default;

    /// <summary>Slices that stay as they are whatever the Pods do: the controller has stopped.</summary>
    public List<EndpointSlice>? Frozen { get; private set; }

    public void Service(string name, Func<Service, Service> change) => Services[new("default", name)] = change(Services[new("default", name)]);

    public void Spec(string name, Func<ServiceSpec, ServiceSpec> change) => Service(name, s => s with { Spec = change(s.Spec!) });

    public void Pod(string name, Func<Pod, Pod> change) => Pods[new("default", name)] = change(Pods[new("default", name)]);

    /// <summary>Changes every Pod whose name begins so.</summary>
    public void EachPod(string prefix, Func<Pod, Pod> change)
    {
        foreach (var key in Pods.Keys.Where(k => k.Namespace == "default" && k.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList()) Pods[key] = change(Pods[key]);
    }

    public void Node(string name, Func<Node, Node> change) => Nodes[name] = change(Nodes[name]);

    /// <summary>The controller stops now: what happens after is not in the slices.</summary>
    public void StopController() => Frozen = [.. Made()];

    public TraceObjects Objects()
    {
        var cluster = new ClusterSnapshot { PodRanges = [AddressRange.Parse("10.244.0.0/16"), AddressRange.Parse("fd00:10:244::/56")], Settings = Configuration.Settings };
        foreach (var node in Nodes.Values) cluster = cluster.With(node);
        foreach (var service in Services.Values) cluster = cluster.With(service);
        foreach (var slice in (Frozen ?? Made()).Concat(HandMade)) cluster = cluster.With(slice);
        return new()
        {
            Cluster = cluster,
            Pods = [.. Pods.Values],
            Endpoints = Endpoints.ToImmutableDictionary(),
            StraySlices = [.. HandMade.Where(s => ClusterSnapshot.ServiceOf(s) is null)],
            Workloads = [.. Workloads],
            Namespaces = [.. Namespaces],
            Warnings = Warnings.ToImmutableDictionary(),
            ServiceRanges = [AddressRange.Parse("10.96.0.0/16"), AddressRange.Parse("fd00:96::/112")],
            Configuration = Configuration,
        };
    }

    public TraceResult Trace(string from, string to, string? protocol = null, string ns = "default") =>
        ClusterTrace.Of(Objects(), TraceQuestion.Read(from, to, protocol, ns));

    IEnumerable<EndpointSlice> Made() => Services.Values.Where(s => s.Spec?.Selector is { Count: > 0 }).SelectMany(s => (s.Spec!.IpFamilies ?? ["IPv4"]).Select(f => SliceOf(s, f)));

    EndpointSlice SliceOf(Service service, string family)
    {
        var (key, spec) = (ClusterSnapshot.KeyOf(service), service.Spec!);
        var pods = Pods.Values.Where(p => p.Metadata.Namespace == key.Namespace && spec.Selector!.All(l => p.Metadata.Labels?.GetValueOrDefault(l.Key) == l.Value))
            .Where(p => p.Status?.Phase is not ("Succeeded" or "Failed")).OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        var first = pods.FirstOrDefault(p => PortsOf(spec, p).Count > 0 || spec.Ports is null);
        return new()
        {
            Metadata = new() { Namespace = key.Namespace, Name = $"{key.Name}-{family.ToLowerInvariant()}", Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = key.Name } },
            AddressType = family,
            Ports = first is null ? [] : PortsOf(spec, first),
            Endpoints = first is null ? [] : [.. pods.Select(p => EndpointOf(spec, p, family)).OfType<Endpoint>()],
        };
    }

    static Endpoint? EndpointOf(ServiceSpec spec, Pod pod, string family)
    {
        var address = (pod.Status?.PodIPs ?? []).Select(i => i.Ip).FirstOrDefault(i => i.Contains(':') == (family == "IPv6"));
        if (address is null) return null;
        var ready = pod.Status!.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;
        var terminating = pod.Metadata.DeletionTimestamp is not null;
        return new()
        {
            Addresses = [address], NodeName = pod.Spec?.NodeName, Hostname = pod.Spec?.Subdomain is null ? null : pod.Spec.Hostname,
            Conditions = new() { Ready = spec.PublishNotReadyAddresses == true || (ready && !terminating), Serving = ready, Terminating = terminating },
        };
    }

    static List<DiscoveryPort> PortsOf(ServiceSpec spec, Pod pod) =>
        [.. (spec.Ports ?? []).Select(p => (Port: p, Target: TargetOf(p, pod))).Where(p => p.Target > 0).Select(p => new DiscoveryPort { Name = p.Port.Name ?? "", Protocol = p.Port.Protocol ?? "TCP", Port = p.Target })];

    static int TargetOf(ServicePort port, Pod pod) => port.TargetPort is not { } target ? port.Port : !target.IsString ? target.Int
        : pod.Spec!.Containers.SelectMany(c => c.Ports ?? []).FirstOrDefault(p => p.Name == target.Text && (p.Protocol ?? "TCP") == (port.Protocol ?? "TCP"))?.Number ?? 0;
}
