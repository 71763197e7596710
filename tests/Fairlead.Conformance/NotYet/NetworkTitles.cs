namespace Fairlead.Conformance;

static class NetworkTitles
{
    const string Container = "needs a running container";

    public static IEnumerable<(string Title, string Why)> List =>
    [
        .. NotYet.Of("sig-network", Container, """
            DNS should provide /etc/hosts entries for the cluster
            DNS should provide DNS for ExternalName services
            DNS should provide DNS for pods for Hostname
            DNS should provide DNS for pods for Subdomain
            DNS should provide DNS for services
            DNS should provide DNS for the cluster
            DNS should resolve DNS of partial qualified names for services [LinuxOnly]
            DNS should support configurable pod DNS nameservers
            HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol [LinuxOnly]
            Networking Granular Checks: Pods should function for intra-pod communication: http [NodeConformance]
            Networking Granular Checks: Pods should function for intra-pod communication: udp [NodeConformance]
            Networking Granular Checks: Pods should function for node-pod communication: http [LinuxOnly] [NodeConformance]
            Networking Granular Checks: Pods should function for node-pod communication: udp [LinuxOnly] [NodeConformance]
            Proxy version v1 A set of valid responses are returned for both pod and service Proxy
            Proxy version v1 A set of valid responses are returned for both pod and service ProxyWithPath
            Proxy version v1 should proxy through a service and a pod
            Services should be able to change the type from ClusterIP to ExternalName
            Services should be able to change the type from ExternalName to ClusterIP
            Services should be able to change the type from ExternalName to NodePort
            Services should be able to change the type from NodePort to ExternalName
            Services should be able to create a functioning NodePort service
            Services should be able to switch session affinity for NodePort service [LinuxOnly]
            Services should be able to switch session affinity for service with type clusterIP [LinuxOnly]
            Services should have session affinity work for NodePort service [LinuxOnly]
            Services should have session affinity work for service with type clusterIP [LinuxOnly]
            Services should serve endpoints on same port and different protocols
            """),
    ];
}
