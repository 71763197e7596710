using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>The fields that containers of every sort have.</summary>
public abstract record ContainerFields
{
    /// <summary>Name of the container, a DNS label, unique in the Pod. It can't be changed.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>The image to run, as registry/repository:tag or with a digest.</summary>
    [Proto(2)] public string? Image { get; init; }

    /// <summary>
    /// What to run instead of the image's entry point, not through a shell. $(NAME) is replaced by the environment
    /// variable.
    /// </summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Arguments, instead of those of the image. $(NAME) is replaced by the environment variable.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Directory in which the process starts, if not that of the image.</summary>
    [Proto(5)] public string? WorkingDir { get; init; }

    /// <summary>
    /// Ports on which the container listens. The list informs and names; a port that is missing here is reachable all
    /// the same.
    /// </summary>
    [Proto(6), ListMap("containerPort", "protocol")] public IReadOnlyList<ContainerPort>? Ports { get; init; }

    /// <summary>Sources of which every key becomes an environment variable; later ones win, and env wins over all.</summary>
    [Proto(19), Atomic] public IReadOnlyList<EnvFromSource>? EnvFrom { get; init; }

    /// <summary>Environment variables of the process.</summary>
    [Proto(7), ListMap("name")] public IReadOnlyList<EnvVar>? Env { get; init; }

    /// <summary>What the container needs of the node, and how much it may use at most.</summary>
    [Proto(8), Default("{}")] public ResourceRequirements? Resources { get; init; }

    /// <summary>Whether the container must be restarted when one of its resources is resized.</summary>
    [Proto(23), Atomic] public IReadOnlyList<ContainerResizePolicy>? ResizePolicy { get; init; }

    /// <summary>
    /// For an init container, Always makes it a sidecar that keeps running; nothing else is allowed, and other
    /// containers have none.
    /// </summary>
    [Proto(24, Pointer = true)] public string? RestartPolicy { get; init; }

    /// <summary>Where the Pod's volumes appear in the container's file system.</summary>
    [Proto(9), ListMap("mountPath")] public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }

    /// <summary>Block devices that the container uses.</summary>
    [Proto(21), ListMap("devicePath")] public IReadOnlyList<VolumeDevice>? VolumeDevices { get; init; }

    /// <summary>Asks regularly if the container still works; one that fails is restarted.</summary>
    [Proto(10)] public Probe? LivenessProbe { get; init; }

    /// <summary>Asks regularly if the container can serve; while it fails the Pod is taken out of Services.</summary>
    [Proto(11)] public Probe? ReadinessProbe { get; init; }

    /// <summary>
    /// Asks if the container has started. Until it succeeds the other probes wait; if it fails the container is
    /// restarted.
    /// </summary>
    [Proto(22)] public Probe? StartupProbe { get; init; }

    /// <summary>What to do right after the container's start and before its end.</summary>
    [Proto(12)] public Lifecycle? Lifecycle { get; init; }

    /// <summary>
    /// File in the container whose content, at its end, becomes the message of its status. At most 4096 bytes are kept.
    /// </summary>
    [Proto(13), Default("\"/dev/termination-log\"")] public string? TerminationMessagePath { get; init; }

    /// <summary>
    /// Where that message comes from: File, or FallbackToLogsOnError, which takes the end of the log if the file is
    /// empty and the container failed.
    /// </summary>
    [Values("File", "FallbackToLogsOnError"), Default("\"File\"")]
    [Proto(20)] public string? TerminationMessagePolicy { get; init; }

    /// <summary>
    /// When the image is pulled: Always (the default for the tag latest), IfNotPresent (the default otherwise) or
    /// Never.
    /// </summary>
    [Proto(14), Values("Always", "IfNotPresent", "Never")] public string? ImagePullPolicy { get; init; }

    /// <summary>Security settings of this container; they win over those of the Pod.</summary>
    [Proto(15)] public SecurityContext? SecurityContext { get; init; }

    /// <summary>True to give the container a standard input; without it, reads end at once.</summary>
    [Proto(16)] public bool? Stdin { get; init; }

    /// <summary>True to close the standard input after the first client that attached to it has gone.</summary>
    [Proto(17)] public bool? StdinOnce { get; init; }

    /// <summary>True to give the container a terminal; stdin must be true too.</summary>
    [Proto(18)] public bool? Tty { get; init; }
}

/// <summary>One container of a Pod: an image and how to run it.</summary>
public sealed record Container : ContainerFields
{

}

/// <summary>
/// A container put into a running Pod for debugging. It is never restarted, has no ports, probes or resources, and
/// can't be changed or removed.
/// </summary>
[ProtoInherited(1)]
public sealed record EphemeralContainer : ContainerFields
{
    /// <summary>The container whose process namespace it joins, if the runtime can do that; else it has one of its own.</summary>
    [Proto(2)] public string? TargetContainerName { get; init; }
}
