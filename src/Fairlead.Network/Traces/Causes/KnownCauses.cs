using System.Collections.Immutable;

namespace Fairlead.Network.Traces.Causes;

/// <summary>Every cause that a trace can name, in the order of a packet's way. docs/TRACE.md holds the same table.</summary>
public static class KnownCauses
{
    // The sender.
    public static readonly Cause SenderUnscheduled = new("SenderUnscheduled", "The sending Pod is on no node yet.");
    public static readonly Cause SenderEnded = new("SenderEnded", "The sending Pod has ended.");
    public static readonly Cause SenderWithoutAddress = new("SenderWithoutAddress", "The sending Pod has no address yet.");
    public static readonly Cause SenderNodeMissing = new("SenderNodeMissing", "The sending Pod's node is not registered.");

    // The name.
    public static readonly Cause NameServerBypassed = new("NameServerBypassed", "The sender does not ask the cluster's name server.");
    public static readonly Cause NameServerMissing = new("NameServerMissing", "The cluster has no name server.");
    public static readonly Cause NameServerWithoutEndpoint = new("NameServerWithoutEndpoint", "The cluster's name server is not reached from the sender's node.");
    public static readonly Cause ClusterDomainWrong = new("ClusterDomainWrong", "The name ends in another domain than the cluster's.");
    public static readonly Cause NamespaceMissing = new("NamespaceMissing", "The namespace in the name does not exist.");
    public static readonly Cause ServiceInOtherNamespace = new("ServiceInOtherNamespace", "The Service is in another namespace than the one that was asked.");
    public static readonly Cause ServiceMissing = new("ServiceMissing", "There is no Service of that name.");
    public static readonly Cause HostNameUnknown = new("HostNameUnknown", "The headless Service has no endpoint of that host name.");
    public static readonly Cause ExternalNameEmpty = new("ExternalNameEmpty", "A Service of type ExternalName names nothing.");
    public static readonly Cause ExternalNameIsAddress = new("ExternalNameIsAddress", "A Service of type ExternalName holds an address, which DNS hands on as a name.");

    // The address.
    public static readonly Cause ServiceWithoutAddress = new("ServiceWithoutAddress", "The Service has no address yet.");
    public static readonly Cause LoadBalancerPending = new("LoadBalancerPending", "The Service waits for its load balancer's address.");
    public static readonly Cause SenderLacksFamily = new("SenderLacksFamily", "The sender has no address of the target's family.");
    public static readonly Cause AddressNobodyHas = new("AddressNobodyHas", "No Service, Pod or node has the address.");
    public static readonly Cause AddressHeldByOther = new("AddressHeldByOther", "An older Service holds the address and port.");

    // The port.
    public static readonly Cause PortNotInService = new("PortNotInService", "The Service has no such port.");
    public static readonly Cause ProtocolNotInService = new("ProtocolNotInService", "The Service has the port for another protocol.");
    public static readonly Cause NodePortAddressExcluded = new("NodePortAddressExcluded", "Node ports do not answer on this address of the node.");
    public static readonly Cause NodePortNotOnLoopback = new("NodePortNotOnLoopback", "Node ports do not answer on loopback addresses.");
    public static readonly Cause ServicePortAtNode = new("ServicePortAtNode", "A Service's port was asked of a node, which answers on its node port.");
    public static readonly Cause HostPortOnOtherNode = new("HostPortOnOtherNode", "The port is one of a Pod on another node.");
    public static readonly Cause NodePortUnknown = new("NodePortUnknown", "No Service has this node port.");
    public static readonly Cause ModeLacksSupport = new("ModeLacksSupport", "The data plane's mode does not serve this.");

    // Who is let in, and where to.
    public static readonly Cause SourceRangesExclude = new("SourceRangesExclude", "The load balancer's source ranges leave the sender out.");
    public static readonly Cause LocalPolicyWithoutLocalEndpoint = new("LocalPolicyWithoutLocalEndpoint", "The traffic policy is Local, and the node has no endpoint.");

    // No endpoint at all.
    public static readonly Cause EndpointsMissing = new("EndpointsMissing", "The Service has no selector, and nobody made its endpoints.");
    public static readonly Cause EndpointsEmpty = new("EndpointsEmpty", "The endpoints made for the Service have no address.");
    public static readonly Cause EndpointsNotReady = new("EndpointsNotReady", "The endpoints made for the Service are marked not ready.");
    public static readonly Cause EndpointPortNameDiffers = new("EndpointPortNameDiffers", "The endpoints' port has another name or protocol than the Service's.");
    public static readonly Cause SliceNamesNoService = new("SliceNamesNoService", "An EndpointSlice was made for the Service without the label that says so.");
    public static readonly Cause WorkloadScaledToZero = new("WorkloadScaledToZero", "What makes the Service's Pods is scaled to zero.");
    public static readonly Cause WorkloadMakesNoPods = new("WorkloadMakesNoPods", "What makes the Service's Pods can't make them.");
    public static readonly Cause SelectorMatchesOtherNamespace = new("SelectorMatchesOtherNamespace", "The selector matches Pods of another namespace only.");
    public static readonly Cause SelectorMatchesNothing = new("SelectorMatchesNothing", "The selector matches no Pod.");
    public static readonly Cause TargetPortNameMissing = new("TargetPortNameMissing", "No container has a port of the name in targetPort.");
    public static readonly Cause PodsLackFamily = new("PodsLackFamily", "The Pods have no address of the Service's family.");
    public static readonly Cause SlicesBehind = new("SlicesBehind", "Ready Pods are not in the Service's EndpointSlices.");

    // Pods that are not ready.
    public static readonly Cause PodUnscheduled = new("PodUnscheduled", "The Pods are on no node.");
    public static readonly Cause PodNodeNotReady = new("PodNodeNotReady", "The Pods' node is not ready.");
    public static readonly Cause PodInitializing = new("PodInitializing", "The Pods' init containers have not ended well.");
    public static readonly Cause PodWaiting = new("PodWaiting", "A container of the Pods waits to start.");
    public static readonly Cause PodCrashing = new("PodCrashing", "A container of the Pods ends again and again.");
    public static readonly Cause PodEnded = new("PodEnded", "The Pods have ended.");
    public static readonly Cause PodTerminating = new("PodTerminating", "The Pods are being deleted.");
    public static readonly Cause PodWithoutAddress = new("PodWithoutAddress", "The Pods have no address.");
    public static readonly Cause StartupProbeFailing = new("StartupProbeFailing", "A container has not passed its startup probe.");
    public static readonly Cause ReadinessProbeFailing = new("ReadinessProbeFailing", "A container does not pass its readiness probe.");
    public static readonly Cause ReadinessGateFalse = new("ReadinessGateFalse", "A readiness gate of the Pods is not true.");
    public static readonly Cause PodNotReady = new("PodNotReady", "The Pods are marked not ready.");

    // The way to the endpoint.
    public static readonly Cause EndpointStale = new("EndpointStale", "The endpoint's address is no running Pod's.");
    public static readonly Cause NodeMissing = new("NodeMissing", "The endpoint's node is not registered.");
    public static readonly Cause RouteMissing = new("RouteMissing", "There is no route to the endpoint's node.");
    public static readonly Cause RouteLeadsElsewhere = new("RouteLeadsElsewhere", "The route to the endpoint's address leads to another node.");
    public static readonly Cause RouteBackMissing = new("RouteBackMissing", "The endpoint's node has no route back to the sender.");
    public static readonly Cause NodeNotReady = new("NodeNotReady", "The endpoint's node is not ready.");

    // At the endpoint.
    public static readonly Cause HeadlessPortNotTranslated = new("HeadlessPortNotTranslated", "A headless Service's port is not translated to its targetPort.");
    public static readonly Cause TargetPortNotDeclared = new("TargetPortNotDeclared", "No container of the Pod declares the port.");
    public static readonly Cause NobodyListens = new("NobodyListens", "The endpoint refuses the connection (found by --live alone).");

    /// <summary>All of them, in the order of a packet's way.</summary>
    public static ImmutableArray<Cause> All { get; } =
    [
        SenderUnscheduled, SenderEnded, SenderWithoutAddress, SenderNodeMissing,
        NameServerBypassed, NameServerMissing, NameServerWithoutEndpoint, ClusterDomainWrong, NamespaceMissing, ServiceInOtherNamespace,
        ServiceMissing, HostNameUnknown, ExternalNameEmpty, ExternalNameIsAddress,
        ServiceWithoutAddress, LoadBalancerPending, SenderLacksFamily, AddressNobodyHas, AddressHeldByOther,
        PortNotInService, ProtocolNotInService, NodePortAddressExcluded, NodePortNotOnLoopback, ServicePortAtNode, HostPortOnOtherNode,
        NodePortUnknown, ModeLacksSupport,
        SourceRangesExclude, LocalPolicyWithoutLocalEndpoint,
        EndpointsMissing, EndpointsEmpty, EndpointsNotReady, EndpointPortNameDiffers, SliceNamesNoService, WorkloadScaledToZero, WorkloadMakesNoPods,
        SelectorMatchesOtherNamespace, SelectorMatchesNothing, TargetPortNameMissing, PodsLackFamily, SlicesBehind,
        PodUnscheduled, PodNodeNotReady, PodInitializing, PodWaiting, PodCrashing, PodEnded, PodTerminating, PodWithoutAddress,
        StartupProbeFailing, ReadinessProbeFailing, ReadinessGateFalse, PodNotReady,
        EndpointStale, NodeMissing, RouteMissing, RouteLeadsElsewhere, RouteBackMissing, NodeNotReady,
        HeadlessPortNotTranslated, TargetPortNotDeclared, NobodyListens,
    ];
}
