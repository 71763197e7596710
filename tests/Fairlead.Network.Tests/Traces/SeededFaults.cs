using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Network.Tests.Traces;

/// <summary>Everything that may be wrong, one at a time.</summary>
static class SeededFaults
{
    const string ToWeb = "web:80";

    public static IEnumerable<SeededFault> All => [.. Senders, .. Names, .. AddressesAndPorts, .. Policies, .. Endpoints, .. PodStates, .. Ways];

    static readonly SeededFault[] Senders =
    [
        new("the sender is on no node", "SenderUnscheduled", "Pod default/client spec.nodeName", "client", ToWeb, "0/2 nodes are available: insufficient cpu",
            c => c.Pod("client", p => Unscheduled(p))),
        new("the sender has ended", "SenderEnded", "Pod default/client status.phase", "client", ToWeb, "has ended (phase Succeeded)",
            c => c.Pod("client", p => p with { Status = p.Status! with { Phase = "Succeeded" } })),
        new("the sender's container waits for its image", "SenderWithoutAddress", "Pod default/client status.podIPs", "client", ToWeb, "waits: ErrImagePull",
            c => c.Pod("client", p => Waiting(p, "ErrImagePull", "not found") with { Status = Waiting(p, "ErrImagePull", "not found").Status! with { PodIP = null, PodIPs = null } })),
        new("the sender's node is not registered", "SenderNodeMissing", "Pod default/client spec.nodeName", "client", ToWeb, "node n1, which is not registered",
            c => c.Nodes.Remove("n1")),
    ];

    static readonly SeededFault[] Names =
    [
        new("host network with dnsPolicy ClusterFirst", "NameServerBypassed", "Pod default/agent spec.hostNetwork", "agent", ToWeb, "asks what its node asks", null),
        new("dnsPolicy Default", "NameServerBypassed", "Pod default/client spec.dnsPolicy", "client", ToWeb, "dnsPolicy is Default",
            c => c.Pod("client", p => p with { Spec = p.Spec! with { DnsPolicy = "Default" } })),
        new("the name server's Service is gone", "NameServerMissing", "Service kube-system/kube-dns metadata.name", "client", ToWeb, "There is no Service kube-system/kube-dns",
            c => c.Services.Remove(new("kube-system", "kube-dns"))),
        new("no name server on the sender's node", "NameServerWithoutEndpoint", "Service kube-system/kube-dns spec.internalTrafficPolicy", "client", ToWeb, "no endpoint on this node",
            c => c.HandMade.RemoveAll(s => s.Metadata.Name == "kube-dns-n1")),
        new("a wrong cluster domain", "ClusterDomainWrong", "", "client", "web.default.svc.cluster.lan:80", "not in the cluster's domain cluster.local", null),
        new("a namespace that does not exist", "NamespaceMissing", "Namespace  prod metadata.name", "client", "web.prd:80", "There is no namespace prd", null),
        new("the Service is in another namespace", "ServiceInOtherNamespace", "Service prod/web metadata.namespace", "client", ToWeb, "there is one in prod",
            c => { c.Services.Remove(new("default", "web"), out var web); c.Services[new("prod", "web")] = web! with { Metadata = web.Metadata with { Namespace = "prod" } }; }),
        new("a misspelt Service", "ServiceMissing", "Service default/web metadata.name", "client", "wbe:80", "there is one called web", null),
        new("no such Service, by its own name", "ServiceMissing", "", "node/n1", "default/payments:80", "There is no Service payments", null),
        new("a host that the headless Service does not have", "HostNameUnknown", "EndpointSlice default/db-ipv4 endpoints[0]", "client", "db-3.db:5432", "its hosts are db-0", null),
        new("an ExternalName without a name", "ExternalNameEmpty", "Service default/partner spec.externalName", "client", "partner:443", "names nothing",
            c => c.Spec("partner", s => s with { ExternalName = "" })),
        new("an ExternalName that is an address", "ExternalNameIsAddress", "Service default/partner spec.externalName", "client", "partner:443", "hands on as a name",
            c => c.Spec("partner", s => s with { ExternalName = "192.0.2.50" })),
        new("an ExternalName of a Service that is gone", "ServiceMissing", "Service default/legacy metadata.name", "client", "partner:443", "no Service legacyy",
            c => c.Spec("partner", s => s with { ExternalName = "legacyy.default.svc.cluster.local" })),
        new("cluster names asked from a node", "NameServerBypassed", "", "node/n1", "web.default.svc.cluster.local:80", "asks its own name server", null),
    ];

    static readonly SeededFault[] AddressesAndPorts =
    [
        new("no ClusterIP was given", "ServiceWithoutAddress", "Service default/web spec.clusterIP", "client", ToWeb, "has no ClusterIP",
            c => c.Spec("web", s => s with { ClusterIP = "" })),
        new("the load balancer has no address", "LoadBalancerPending", "Service default/shop status.loadBalancer.ingress", "198.51.100.7", "shop", "no address for the outside",
            c => c.Service("shop", s => s with { Status = null })),
        new("wrong family: an IPv6 Service, an IPv4 sender", "SenderLacksFamily", "Pod default/client status.podIPs", "client", ToWeb, "has no IPv6 address",
            c => { c.Spec("web", s => s with { ClusterIP = "fd00:96::20", IpFamilies = ["IPv6"] }); c.EachPod("web-", p => WithIPv6(p)); }),
        new("a ClusterIP that was given back", "AddressNobodyHas", "", "client", "10.96.0.99:80", "No Service, Pod or node has 10.96.0.99", null),
        new("a Pod address that is gone", "AddressNobodyHas", "", "client", "10.244.2.77:8080", "no Pod has it", null),
        new("an older Service has the external IP", "AddressHeldByOther", "Service default/old spec.externalIPs", "198.51.100.7", "legacy:9000", "held by the older Service default/old",
            c =>
            {
                c.Spec("legacy", s => s with { ExternalIPs = ["203.0.113.77"] });
                c.Services[new("default", "old")] = new() { Metadata = new() { Namespace = "default", Name = "old", CreationTimestamp = DateTimeOffset.UnixEpoch }, Spec = new() { ClusterIP = "10.96.0.50", ExternalIPs = ["203.0.113.77"], Ports = [new() { Port = 9000 }] } };
            }),
        new("wrong port", "PortNotInService", "Service default/web spec.ports", "client", "web:81", "it has http 80/tcp", null),
        new("the targetPort instead of the port", "PortNotInService", "Service default/shop spec.ports", "client", "shop:8080", "8080 is the targetPort of its port 80", null),
        new("the node port at the ClusterIP", "PortNotInService", "Service default/web spec.ports", "client", "web:30080", "30080 is the node port of its port 80", null),
        new("a port name that the Service lacks", "PortNotInService", "Service default/web spec.ports", "client", "web:https", "no port called https", null),
        new("wrong protocol", "ProtocolNotInService", "Service default/sig spec.ports", "client", "sig:3868", "for SCTP, not for TCP", null) { Protocol = "tcp" },
        new("a node port for another protocol", "ProtocolNotInService", "Service default/web spec.ports", "client", "192.0.2.1:30080", "not for UDP", null) { Protocol = "udp" },
        new("nodePortAddresses leaves the address out", "NodePortAddressExcluded", "ConfigMap kube-system/kube-proxy data.config.conf nodePortAddresses", "client", "192.0.2.1:30080", "leaves 192.0.2.1 out",
            c => c.Configuration = new() { Settings = new() { NodePortAddresses = [AddressRange.Parse("198.18.0.0/15")] } }),
        new("a node port on loopback", "NodePortNotOnLoopback", "ConfigMap kube-system/kube-proxy data.config.conf", "node/n1", "127.0.0.1:30080", "do not answer on 127.0.0.1", c => c.Configuration = new() { Settings = new() { LocalhostNodePorts = false } }),
        new("a Service's port asked of a node", "ServicePortAtNode", "Service default/web spec.ports.nodePort", "client", "192.0.2.1:80", "on nodes it answers on 30080",
            c => c.Spec("shop", s => s with { Ports = [s.Ports![0] with { Port = 8000 }] })) { IsCertain = false },
        new("a Pod's host port asked of the wrong node", "HostPortOnOtherNode", "Pod default/agent spec.hostNetwork", "client", "192.0.2.1:9100", "Pod default/agent has it on n2", null),
        new("a node port that no Service has", "NodePortUnknown", "", "client", "192.0.2.1:30999", "no Service has it for TCP", null),
        new("SCTP in mode userspace", "ModeLacksSupport", "ConfigMap kube-system/kube-proxy data.config.conf mode", "client", "sig:3868", "Mode userspace does not serve SCTP",
            c => c.Configuration = new() { Mode = ProxyMode.Userspace }) { Protocol = "sctp" },
    ];

    static readonly SeededFault[] Policies =
    [
        new("source ranges leave the client out", "SourceRangesExclude", "Service default/shop spec.loadBalancerSourceRanges", "198.51.100.7", "203.0.113.10:80", "in none of the ranges",
            c => c.Spec("shop", s => s with { LoadBalancerSourceRanges = ["203.0.113.0/24"] })),
        new("internal policy Local, the Pods elsewhere", "LocalPolicyWithoutLocalEndpoint", "Service default/web spec.internalTrafficPolicy", "client", ToWeb, "it has some on n2",
            c => { c.Pods.Remove(new("default", "web-1")); c.Spec("web", s => s with { InternalTrafficPolicy = "Local" }); }),
        new("external policy Local, the Pods elsewhere", "LocalPolicyWithoutLocalEndpoint", "Service default/web spec.externalTrafficPolicy", "198.51.100.7", "192.0.2.1:30080", "no ready endpoint on n1",
            c => { c.Pods.Remove(new("default", "web-1")); c.Spec("web", s => s with { ExternalTrafficPolicy = "Local" }); }),
    ];

    static readonly SeededFault[] Endpoints =
    [
        new("wrong selector: a misspelt value", "SelectorMatchesNothing", "Service default/web spec.selector", "client", ToWeb, "app=web instead of app=wbe",
            c => c.Spec("web", s => s with { Selector = new Dictionary<string, string> { ["app"] = "wbe" } })),
        new("wrong selector: one label of two", "SelectorMatchesNothing", "Service default/web spec.selector", "client", ToWeb, "tier=front instead of tier=backend",
            c => c.Spec("web", s => s with { Selector = new Dictionary<string, string> { ["app"] = "web", ["tier"] = "backend" } })),
        new("wrong selector: a label that no Pod has", "SelectorMatchesNothing", "Service default/web spec.selector", "client", ToWeb, "no label release",
            c => c.Spec("web", s => s with { Selector = new Dictionary<string, string> { ["app"] = "web", ["release"] = "blue" } })),
        new("the Pods are in another namespace", "SelectorMatchesOtherNamespace", "Service default/web spec.selector", "client", ToWeb, "2 Pods in namespace prod have, such as web-1",
            c => { c.Workloads.Clear(); MoveToProd(c, "web-1"); MoveToProd(c, "web-2"); }),
        new("scaled to zero", "WorkloadScaledToZero", "Deployment default/web spec.replicas", "client", ToWeb, "Deployment default/web, which is scaled to zero",
            c => { RemoveWeb(c); ReplaceWorkloads(c, w => w with { Replicas = 0 }); }),
        new("the Deployment can't make its Pods", "WorkloadMakesNoPods", "Deployment default/web status.conditions", "client", ToWeb, "exceeded quota",
            c => { RemoveWeb(c); ReplaceWorkloads(c, w => w.Kind == "Deployment" ? w with { Failure = "pods \"web-\" is forbidden: exceeded quota" } : w); }),
        new("no selector and no endpoints", "EndpointsMissing", "Service default/legacy spec.selector", "client", "legacy:9000", "has no selector",
            c => c.HandMade.RemoveAll(s => s.Metadata.Name == "legacy-1")),
        new("hand-made Endpoints are empty", "EndpointsEmpty", "Endpoints default/legacy subsets", "client", "legacy:9000", "list no address",
            c => { c.HandMade.RemoveAll(s => s.Metadata.Name == "legacy-1"); c.Endpoints[new("default", "legacy")] = new() { Metadata = new() { Namespace = "default", Name = "legacy" } }; }),
        new("hand-made Endpoints are all not ready", "EndpointsNotReady", "Endpoints default/legacy subsets.notReadyAddresses", "client", "legacy:9000", "notReadyAddresses",
            c =>
            {
                c.HandMade.RemoveAll(s => s.Metadata.Name == "legacy-1");
                c.Endpoints[new("default", "legacy")] = new() { Metadata = new() { Namespace = "default", Name = "legacy" }, Subsets = [new() { NotReadyAddresses = [new() { Ip = "198.51.100.9" }] }] };
            }),
        new("a hand-made slice is not ready", "EndpointsNotReady", "EndpointSlice default/legacy-1 endpoints.conditions.ready", "client", "legacy:9000", "ready false",
            c => ReplaceSlice(c, "legacy-1", s => s with { Endpoints = [s.Endpoints![0] with { Conditions = new() { Ready = false } }] })),
        new("a hand-made slice names the port otherwise", "EndpointPortNameDiffers", "EndpointSlice default/legacy-1 ports", "client", "legacy:9000", "\"api\" (TCP)",
            c => ReplaceSlice(c, "legacy-1", s => s with { Ports = [new() { Name = "http", Port = 9000 }] })),
        new("a hand-made slice lacks the Service's label", "SliceNamesNoService", "EndpointSlice default/legacy-1 metadata.labels", "client", "legacy:9000", "lacks the label kubernetes.io/service-name=legacy",
            c => ReplaceSlice(c, "legacy-1", s => s with { Metadata = s.Metadata with { Labels = null } })),
        new("a targetPort name that no container has", "TargetPortNameMissing", "Service default/web spec.ports.targetPort", "client", ToWeb, "only http",
            c => c.Spec("web", s => s with { Ports = [s.Ports![0] with { TargetPort = "web" }] })),
        new("an IPv6 Service, IPv4 Pods", "PodsLackFamily", "Service default/web spec.ipFamilies", "client", ToWeb, "no IPv6 address",
            c => { c.Pod("client", p => WithIPv6(p)); c.Spec("web", s => s with { ClusterIP = "fd00:96::20", IpFamilies = ["IPv6"] }); }),
        new("the slice controller has stopped", "SlicesBehind", "Service default/web spec.selector", "client", ToWeb, "no EndpointSlice lists them",
            c => { var pods = c.Pods.Where(p => p.Key.Name.StartsWith("web-", StringComparison.Ordinal)).ToList(); RemoveWeb(c); c.StopController(); foreach (var (key, pod) in pods) c.Pods[key] = pod; }),
    ];

    static readonly SeededFault[] PodStates =
    [
        new("the Pods fit on no node", "PodUnscheduled", "Pod default/web-1 spec.nodeName", "client", ToWeb, "insufficient cpu", c => c.EachPod("web-", Unscheduled)),
        new("the Pods' nodes do not answer", "PodNodeNotReady", "Node  n2 status.conditions", "client", "db:5432", "Kubelet stopped posting",
            c => { c.Node("n2", NotReady); c.EachPod("db-", p => Unready(p)); }),
        new("an init container fails", "PodInitializing", "Pod default/web-1 status.initContainerStatuses", "client", ToWeb, "init container migrate ended with exit code 3",
            c => c.EachPod("web-", p => Initializing(p))),
        new("the image can't be pulled", "PodWaiting", "Pod default/web-1 status.containerStatuses", "client", ToWeb, "waits: ImagePullBackOff",
            c => c.EachPod("web-", p => Waiting(p, "ImagePullBackOff", "Back-off pulling image"))),
        new("a ConfigMap is missing", "PodWaiting", "Pod default/web-1 status.containerStatuses", "client", ToWeb, "waits: CreateContainerConfigError",
            c => c.EachPod("web-", p => Waiting(p, "CreateContainerConfigError", "configmap \"web\" not found"))),
        new("the container crashes", "PodCrashing", "Pod default/web-1 status.containerStatuses", "client", ToWeb, "started again 7 times, last with exit code 1 (Error)", c => c.EachPod("web-", Crashing)),
        new("the Pods have ended", "PodEnded", "Pod default/web-1 status.phase", "client", ToWeb, "phase Failed", c => c.EachPod("web-", p => p with { Status = p.Status! with { Phase = "Failed" } })),
        new("the Pods are being deleted", "PodTerminating", "Pod default/web-1 metadata.deletionTimestamp", "client", ToWeb, "is being deleted",
            c => c.EachPod("web-", p => Unready(p) with { Metadata = p.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } })),
        new("the Pods have no address", "PodWithoutAddress", "Pod default/web-1 status.podIPs", "client", ToWeb, "has no address",
            c => c.EachPod("web-", p => Unready(p) with { Status = Unready(p).Status! with { PodIP = null, PodIPs = null } })),
        new("the startup probe fails", "StartupProbeFailing", "Pod default/web-1 spec.containers.startupProbe", "client", ToWeb, "TCP connection to port 8081",
            c => c.EachPod("web-", p => Unready(Probed(p, new() { StartupProbe = new() { TcpSocket = new() { Port = 8081 } } }), started: false))),
        new("the readiness probe fails", "ReadinessProbeFailing", "Pod default/web-1 spec.containers.readinessProbe", "client", ToWeb, "GET http://:8080/healthz): HTTP probe failed with statuscode: 404",
            c =>
            {
                c.EachPod("web-", p => Unready(Probed(p, new() { ReadinessProbe = new() { HttpGet = new() { Port = 8080, Path = "/healthz" } } })));
                c.Warnings[new("default", "web-1")] = "HTTP probe failed with statuscode: 404";
            }),
        new("a readiness gate is not true", "ReadinessGateFalse", "Pod default/web-1 spec.readinessGates", "client", ToWeb, "example.org/registered nobody has set",
            c => c.EachPod("web-", p => Unready(p with { Spec = p.Spec! with { ReadinessGates = [new() { ConditionType = "example.org/registered" }] } }, ready: true))),
        new("the Pods are marked not ready, nobody knows why", "PodNotReady", "Pod default/web-1 status.conditions", "client", ToWeb, "marked not ready", c => c.EachPod("web-", p => Unready(p, ready: true))),
        new("a headless Service without a ready Pod", "PodCrashing", "Pod default/db-0 status.containerStatuses", "client", "db:5432", "started again 7 times", c => c.EachPod("db-", Crashing)),
    ];

    static readonly SeededFault[] Ways =
    [
        new("a slice lists a Pod that is gone", "EndpointStale", "EndpointSlice default/db-ipv4 endpoints", "client", "db-0.db:5432", "no Pod has it",
            c => { c.StopController(); c.Pods.Remove(new("default", "db-0")); }),
        new("the Pod's node is not registered", "NodeMissing", "Node  n2 metadata.name", "client", "sig:3868", "node n2, which is not registered", c => c.Nodes.Remove("n2")) { Protocol = "sctp" },
        new("the Pod's node has no Pod range", "RouteMissing", "Node  n2 spec.podCIDRs", "client", "sig:3868", "it has no Pod range",
            c => c.Node("n2", n => n with { Spec = new() })) { Protocol = "sctp" },
        new("the Pod's node has no address", "RouteMissing", "Node  n2 status.addresses", "client", "sig:3868", "no InternalIP of family IPv4",
            c => c.Node("n2", n => n with { Status = n.Status! with { Addresses = [] } })) { Protocol = "sctp" },
        new("the Pod has an address of another node's range", "RouteLeadsElsewhere", "Node  n1 spec.podCIDRs", "client", "sig:3868", "in the Pod range of n1",
            c => c.Pod("sig-0", p => p with { Status = p.Status! with { PodIP = "10.244.1.30", PodIPs = [new() { Ip = "10.244.1.30" }] } })) { Protocol = "sctp" },
        new("the sender's node has no Pod range", "RouteBackMissing", "Node  n1 spec.podCIDRs", "client", "sig:3868", "The answer does not come back",
            c => c.Node("n1", n => n with { Spec = new() })) { Protocol = "sctp" },
        new("the Pod's node does not answer", "NodeNotReady", "Node  n2 status.conditions", "client", "db:5432", "Node n2 is not ready", c => c.Node("n2", NotReady)) { IsCertain = false },
        new("a headless Service's port is not the Pod's", "HeadlessPortNotTranslated", "Service default/db spec.clusterIP", "client", "db:80", "port 80 stays 80",
            c => c.Spec("db", s => s with { Ports = [s.Ports![0] with { Port = 80 }] })) { IsCertain = false, AnswersWithout = false },
        new("wrong targetPort", "TargetPortNotDeclared", "Pod default/web-1 spec.containers.ports", "client", ToWeb, "declares TCP port 8080, not 8888",
            c => c.Spec("web", s => s with { Ports = [s.Ports![0] with { TargetPort = 8888 }] })) { IsCertain = false },
    ];

    static Pod Unscheduled(Pod pod) => pod with
    {
        Spec = pod.Spec! with { NodeName = null },
        Status = new() { Phase = "Pending", Conditions = [new() { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/2 nodes are available: insufficient cpu." }] },
    };

    static Pod Unready(Pod pod, bool ready = false, bool started = true) => pod with
    {
        Status = pod.Status! with
        {
            Conditions = [new() { Type = "Ready", Status = "False" }],
            ContainerStatuses = [pod.Status.ContainerStatuses![0] with { Ready = ready, Started = started }],
        },
    };

    static Pod Waiting(Pod pod, string reason, string message) => Unready(pod) with
    {
        Status = Unready(pod).Status! with { Phase = "Pending", ContainerStatuses = [new() { Name = "app", State = new() { Waiting = new() { Reason = reason, Message = message } } }] },
    };

    static Pod Crashing(Pod pod) => Unready(pod) with
    {
        Status = Unready(pod).Status! with
        {
            ContainerStatuses = [new() { Name = "app", RestartCount = 7, State = new() { Waiting = new() { Reason = "CrashLoopBackOff" } }, LastState = new() { Terminated = new() { ExitCode = 1, Reason = "Error" } } }],
        },
    };

    static Pod Initializing(Pod pod) => Unready(pod) with
    {
        Spec = pod.Spec! with { InitContainers = [new() { Name = "migrate" }] },
        Status = Waiting(pod, "PodInitializing", "").Status! with { InitContainerStatuses = [new() { Name = "migrate", State = new() { Terminated = new() { ExitCode = 3 } } }] },
    };

    static Pod Probed(Pod pod, Container probes) => pod with
    {
        Spec = pod.Spec! with { Containers = [pod.Spec.Containers[0] with { StartupProbe = probes.StartupProbe, ReadinessProbe = probes.ReadinessProbe }] },
    };

    static Pod WithIPv6(Pod pod)
    {
        var address = "fd00:10:244::" + pod.Status!.PodIP!.Split('.')[3];
        return pod with { Status = pod.Status with { PodIPs = [.. pod.Status.PodIPs!, new() { Ip = address }] } };
    }

    static Node NotReady(Node node) => node with
    {
        Status = node.Status! with { Conditions = [new() { Type = "Ready", Status = "Unknown", Message = "Kubelet stopped posting node status." }] },
    };

    static void RemoveWeb(Scenario cluster)
    {
        cluster.Pods.Remove(new("default", "web-1"));
        cluster.Pods.Remove(new("default", "web-2"));
    }

    static void MoveToProd(Scenario cluster, string name)
    {
        cluster.Pods.Remove(new("default", name), out var pod);
        cluster.Pods[new("prod", name)] = pod! with { Metadata = pod.Metadata with { Namespace = "prod" } };
    }

    static void ReplaceWorkloads(Scenario cluster, Func<Network.Traces.Workload, Network.Traces.Workload> change)
    {
        for (var i = 0; i < cluster.Workloads.Count; i++) cluster.Workloads[i] = change(cluster.Workloads[i]);
    }

    static void ReplaceSlice(Scenario cluster, string name, Func<Api.Discovery.V1.EndpointSlice, Api.Discovery.V1.EndpointSlice> change)
    {
        var at = cluster.HandMade.FindIndex(s => s.Metadata.Name == name);
        cluster.HandMade[at] = change(cluster.HandMade[at]);
    }
}
