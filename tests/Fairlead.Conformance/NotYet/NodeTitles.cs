namespace Fairlead.Conformance;

static class NodeTitles
{
    const string Container = "needs a running container";

    public static IEnumerable<(string Title, string Why)> List =>
    [
        .. NotYet.Of("sig-node", Container, """
            ConfigMap should be consumable via environment variable [NodeConformance]
            ConfigMap should be consumable via the environment [NodeConformance]
            Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart exec hook properly [NodeConformance]
            Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart http hook properly [NodeConformance]
            Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop exec hook properly [NodeConformance]
            Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop http hook properly [NodeConformance]
            Container Runtime blackbox test on terminated container should report termination message as empty when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set [NodeConformance]
            Container Runtime blackbox test on terminated container should report termination message from file when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set [NodeConformance]
            Container Runtime blackbox test on terminated container should report termination message from log output if TerminationMessagePolicy FallbackToLogsOnError is set [NodeConformance]
            Container Runtime blackbox test on terminated container should report termination message if TerminationMessagePath is set as non-root user and at a non-default path [NodeConformance]
            Container Runtime blackbox test when starting a container that exits should run with the expected status [NodeConformance]
            Containers should be able to override the image's default arguments (container cmd) [NodeConformance]
            Containers should be able to override the image's default command (container entrypoint) [NodeConformance]
            Containers should be able to override the image's default command and arguments [NodeConformance]
            Containers should use the image defaults if command and args are blank [NodeConformance]
            Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars [NodeConformance]
            Downward API should provide default limits.cpu/memory from node allocatable [NodeConformance]
            Downward API should provide host IP as an env var [NodeConformance]
            Downward API should provide pod UID as env vars [NodeConformance]
            Downward API should provide pod name, namespace and IP address as env vars [NodeConformance]
            Ephemeral Containers [NodeConformance] will start an ephemeral container in an existing pod
            InitContainer [NodeConformance] should invoke init containers on a RestartAlways pod
            InitContainer [NodeConformance] should invoke init containers on a RestartNever pod
            InitContainer [NodeConformance] should not start app containers and fail the pod if init containers fail on a RestartNever pod
            InitContainer [NodeConformance] should not start app containers if init containers fail on a RestartAlways pod
            Kubelet when scheduling a busybox command in a pod should print the output to logs [NodeConformance]
            Kubelet when scheduling a busybox command that always fails in a pod should be possible to delete [NodeConformance]
            Kubelet when scheduling a busybox command that always fails in a pod should have an terminated reason [NodeConformance]
            Kubelet when scheduling a read only busybox container should not write to root filesystem [LinuxOnly] [NodeConformance]
            Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts [NodeConformance]
            KubeletManagedEtcHosts should test kubelet managed /etc/hosts file [NodeConformance]
            Pods should allow activeDeadlineSeconds to be updated [NodeConformance]
            Pods should contain environment variables for services [NodeConformance]
            Pods should support remote command execution over websockets [NodeConformance]
            Pods should support retrieving logs from the container over websockets [NodeConformance]
            PreStop should call prestop when killing a pod
            Probing container should *not* be restarted with a /healthz http liveness probe [NodeConformance]
            Probing container should *not* be restarted with a GRPC liveness probe [NodeConformance]
            Probing container should *not* be restarted with a exec "cat /tmp/health" liveness probe [NodeConformance]
            Probing container should *not* be restarted with a tcp:8080 liveness probe [NodeConformance]
            Probing container should be restarted with a /healthz http liveness probe [NodeConformance]
            Probing container should be restarted with a GRPC liveness probe [NodeConformance]
            Probing container should be restarted with a exec "cat /tmp/health" liveness probe [NodeConformance]
            Probing container should have monotonically increasing restart count [NodeConformance]
            Probing container with readiness probe should not be ready before initial delay and never restart [NodeConformance]
            Probing container with readiness probe that fails should never be ready and never restart [NodeConformance]
            Secrets should be consumable from pods in env vars [NodeConformance]
            Secrets should be consumable via the environment [NodeConformance]
            Security Context When creating a container with runAsUser should run the container with uid 65534 [LinuxOnly] [NodeConformance]
            Security Context When creating a pod with privileged should run the container as unprivileged when false [LinuxOnly] [NodeConformance]
            Security Context When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs when readOnlyRootFilesystem=false [NodeConformance]
            Security Context should support container.SecurityContext.RunAsUser And container.SecurityContext.RunAsGroup [LinuxOnly]
            Security Context should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup [LinuxOnly]
            Security Context when creating containers with AllowPrivilegeEscalation should not allow privilege escalation when false [LinuxOnly] [NodeConformance]
            Sysctls [LinuxOnly] [NodeConformance] should support sysctls [MinimumKubeletVersion:1.21] [Environment:NotInUserNS]
            Variable Expansion should allow composing env vars into new env vars [NodeConformance]
            Variable Expansion should allow substituting values in a container's args [NodeConformance]
            Variable Expansion should allow substituting values in a container's command [NodeConformance]
            Variable Expansion should allow substituting values in a volume subpath
            Variable Expansion should fail substituting values in a volume subpath with absolute path
            Variable Expansion should fail substituting values in a volume subpath with backticks
            Variable Expansion should succeed in writing subpaths in container
            Variable Expansion should verify that a failing subpath expansion can be modified during the lifecycle of a container [Slow]
            """),
    ];
}
