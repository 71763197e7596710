namespace Fairlead.Conformance;

static class StorageTitles
{
    const string Container = "needs a running container";

    public static IEnumerable<(string Title, string Why)> List =>
    [
        .. NotYet.Of("sig-storage", Container, """
            ConfigMap binary data should be reflected in volume [NodeConformance]
            ConfigMap optional updates should be reflected in volume [NodeConformance]
            ConfigMap should be consumable from pods in volume [NodeConformance]
            ConfigMap should be consumable from pods in volume as non-root [NodeConformance]
            ConfigMap should be consumable from pods in volume with defaultMode set [LinuxOnly] [NodeConformance]
            ConfigMap should be consumable from pods in volume with mappings [NodeConformance]
            ConfigMap should be consumable from pods in volume with mappings and Item mode set [LinuxOnly] [NodeConformance]
            ConfigMap should be consumable from pods in volume with mappings as non-root [NodeConformance]
            ConfigMap should be consumable in multiple volumes in the same pod [NodeConformance]
            ConfigMap updates should be reflected in volume [NodeConformance]
            Downward API volume should provide container's cpu limit [NodeConformance]
            Downward API volume should provide container's cpu request [NodeConformance]
            Downward API volume should provide container's memory limit [NodeConformance]
            Downward API volume should provide container's memory request [NodeConformance]
            Downward API volume should provide node allocatable (cpu) as default cpu limit if the limit is not set [NodeConformance]
            Downward API volume should provide node allocatable (memory) as default memory limit if the limit is not set [NodeConformance]
            Downward API volume should provide podname only [NodeConformance]
            Downward API volume should set DefaultMode on files [LinuxOnly] [NodeConformance]
            Downward API volume should set mode on item file [LinuxOnly] [NodeConformance]
            Downward API volume should update annotations on modification [NodeConformance]
            Downward API volume should update labels on modification [NodeConformance]
            EmptyDir volumes pod should support shared volumes between containers
            EmptyDir volumes should support (non-root,0644,default) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (non-root,0644,tmpfs) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (non-root,0666,default) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (non-root,0666,tmpfs) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (non-root,0777,default) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (non-root,0777,tmpfs) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (root,0644,default) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (root,0644,tmpfs) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (root,0666,default) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (root,0666,tmpfs) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (root,0777,default) [LinuxOnly] [NodeConformance]
            EmptyDir volumes should support (root,0777,tmpfs) [LinuxOnly] [NodeConformance]
            EmptyDir volumes volume on default medium should have the correct mode [LinuxOnly] [NodeConformance]
            EmptyDir volumes volume on tmpfs should have the correct mode [LinuxOnly] [NodeConformance]
            EmptyDir wrapper volumes should not cause race condition when used for configmaps [Serial]
            EmptyDir wrapper volumes should not conflict
            Projected combined should project all components that make up the projection API [Projection] [NodeConformance]
            Projected configMap optional updates should be reflected in volume [NodeConformance]
            Projected configMap should be consumable from pods in volume [NodeConformance]
            Projected configMap should be consumable from pods in volume as non-root [NodeConformance]
            Projected configMap should be consumable from pods in volume with defaultMode set [LinuxOnly] [NodeConformance]
            Projected configMap should be consumable from pods in volume with mappings [NodeConformance]
            Projected configMap should be consumable from pods in volume with mappings and Item mode set [LinuxOnly] [NodeConformance]
            Projected configMap should be consumable from pods in volume with mappings as non-root [NodeConformance]
            Projected configMap should be consumable in multiple volumes in the same pod [NodeConformance]
            Projected configMap updates should be reflected in volume [NodeConformance]
            Projected downwardAPI should provide container's cpu limit [NodeConformance]
            Projected downwardAPI should provide container's cpu request [NodeConformance]
            Projected downwardAPI should provide container's memory limit [NodeConformance]
            Projected downwardAPI should provide container's memory request [NodeConformance]
            Projected downwardAPI should provide node allocatable (cpu) as default cpu limit if the limit is not set [NodeConformance]
            Projected downwardAPI should provide node allocatable (memory) as default memory limit if the limit is not set [NodeConformance]
            Projected downwardAPI should provide podname only [NodeConformance]
            Projected downwardAPI should set DefaultMode on files [LinuxOnly] [NodeConformance]
            Projected downwardAPI should set mode on item file [LinuxOnly] [NodeConformance]
            Projected downwardAPI should update annotations on modification [NodeConformance]
            Projected downwardAPI should update labels on modification [NodeConformance]
            Projected secret optional updates should be reflected in volume [NodeConformance]
            Projected secret should be consumable from pods in volume [NodeConformance]
            Projected secret should be consumable from pods in volume as non-root with defaultMode and fsGroup set [LinuxOnly] [NodeConformance]
            Projected secret should be consumable from pods in volume with defaultMode set [LinuxOnly] [NodeConformance]
            Projected secret should be consumable from pods in volume with mappings [NodeConformance]
            Projected secret should be consumable from pods in volume with mappings and Item Mode set [LinuxOnly] [NodeConformance]
            Projected secret should be consumable in multiple volumes in a pod [NodeConformance]
            Secrets optional updates should be reflected in volume [NodeConformance]
            Secrets should be able to mount in a volume regardless of a different secret existing with same name in different namespace [NodeConformance]
            Secrets should be consumable from pods in volume [NodeConformance]
            Secrets should be consumable from pods in volume as non-root with defaultMode and fsGroup set [LinuxOnly] [NodeConformance]
            Secrets should be consumable from pods in volume with defaultMode set [LinuxOnly] [NodeConformance]
            Secrets should be consumable from pods in volume with mappings [NodeConformance]
            Secrets should be consumable from pods in volume with mappings and Item Mode set [LinuxOnly] [NodeConformance]
            Secrets should be consumable in multiple volumes in a pod [NodeConformance]
            Subpath Atomic writer volumes should support subpaths with configmap pod
            Subpath Atomic writer volumes should support subpaths with configmap pod with mountPath of existing file
            Subpath Atomic writer volumes should support subpaths with downward pod
            Subpath Atomic writer volumes should support subpaths with projected pod
            Subpath Atomic writer volumes should support subpaths with secret pod
            """),
    ];
}
