using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A check of a container's health, made regularly. Exactly one way to check is set.</summary>
public sealed record Probe
{
    /// <summary>Runs a command in the container; exit code 0 is success.</summary>
    [Proto(1, 1)] public ExecAction? Exec { get; init; }

    /// <summary>Makes an HTTP request; a status from 200 to 399 is success.</summary>
    [Proto(1, 2)] public HTTPGetAction? HttpGet { get; init; }

    /// <summary>Opens a TCP connection; being accepted is success.</summary>
    [Proto(1, 3)] public TCPSocketAction? TcpSocket { get; init; }

    /// <summary>Asks the gRPC health service.</summary>
    [Proto(1, 4)] public GRPCAction? Grpc { get; init; }

    /// <summary>Seconds from the container's start to the first check.</summary>
    [Proto(2)] public int? InitialDelaySeconds { get; init; }

    /// <summary>Seconds after which a check without an answer has failed; at least 1.</summary>
    [Proto(3), Default("1")] public int? TimeoutSeconds { get; init; }

    /// <summary>Seconds from one check to the next; at least 1.</summary>
    [Proto(4), Default("10")] public int? PeriodSeconds { get; init; }

    /// <summary>How many checks in a row must succeed after a failure; 1 for liveness and startup.</summary>
    [Proto(5), Default("1")] public int? SuccessThreshold { get; init; }

    /// <summary>How many checks in a row must fail after a success; at least 1.</summary>
    [Proto(6), Default("3")] public int? FailureThreshold { get; init; }

    /// <summary>
    /// Grace period when this probe's failure ends the container, instead of the Pod's. Not for readiness probes.
    /// </summary>
    [Proto(7, Pointer = true)] public long? TerminationGracePeriodSeconds { get; init; }
}

/// <summary>A command to run in the container.</summary>
public sealed record ExecAction
{
    /// <summary>The command and its arguments, run in the file system's root and not through a shell.</summary>
    [Proto(1), Atomic] public IReadOnlyList<string>? Command { get; init; }
}

/// <summary>An HTTP GET request.</summary>
public sealed record HTTPGetAction
{
    /// <summary>Path to ask for.</summary>
    [Proto(1), Default("\"/\"")] public string? Path { get; init; }

    /// <summary>Number or name of the container's port.</summary>
    [Proto(2), Required, Zero] public IntOrString Port { get; init; }

    /// <summary>Host to connect to, if not the Pod's address. To set the Host header use httpHeaders.</summary>
    [Proto(3)] public string? Host { get; init; }

    /// <summary>HTTP or HTTPS.</summary>
    [Proto(4), Values("HTTP", "HTTPS"), Default("\"HTTP\"")] public string? Scheme { get; init; }

    /// <summary>Headers of the request; a name may repeat.</summary>
    [Proto(5), Atomic] public IReadOnlyList<HTTPHeader>? HttpHeaders { get; init; }
}

/// <summary>A header of a probe's request.</summary>
public sealed record HTTPHeader
{
    /// <summary>Name of the header.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Value of the header.</summary>
    [Proto(2), Required, Zero] public string Value { get; init; } = "";
}

/// <summary>A TCP connection to open.</summary>
public sealed record TCPSocketAction
{
    /// <summary>Number or name of the container's port.</summary>
    [Proto(1), Required, Zero] public IntOrString Port { get; init; }

    /// <summary>Host to connect to, if not the Pod's address.</summary>
    [Proto(2)] public string? Host { get; init; }
}

/// <summary>A call of the gRPC health service.</summary>
public sealed record GRPCAction
{
    /// <summary>Port of the service, 1 to 65535.</summary>
    [Proto(1), Required, Zero] public int Port { get; init; }

    /// <summary>Name of the service to ask the health of, put in the request; empty asks for the server as a whole.</summary>
    [Proto(2, Pointer = true), Default("\"\"")] public string? Service { get; init; }
}

/// <summary>What to do at the start and before the end of a container.</summary>
public sealed record Lifecycle
{
    /// <summary>Run right after the container was made; if it fails the container is ended by its restart policy.</summary>
    [Proto(1)] public LifecycleHandler? PostStart { get; init; }

    /// <summary>
    /// Run before the container is asked to stop, within the grace period; not when the container ended by itself.
    /// </summary>
    [Proto(2)] public LifecycleHandler? PreStop { get; init; }

    /// <summary>
    /// The signal that asks the container to stop, such as SIGTERM, if not the one of the image. The Pod's os must be
    /// set.
    /// </summary>
    [Proto(3, Pointer = true)] public string? StopSignal { get; init; }
}

/// <summary>One action of a life-cycle hook. Exactly one is set.</summary>
public sealed record LifecycleHandler
{
    /// <summary>Runs a command in the container.</summary>
    [Proto(1)] public ExecAction? Exec { get; init; }

    /// <summary>Makes an HTTP request.</summary>
    [Proto(2)] public HTTPGetAction? HttpGet { get; init; }

    /// <summary>Not supported as a hook; kept for old objects.</summary>
    [Proto(3)] public TCPSocketAction? TcpSocket { get; init; }

    /// <summary>Waits a while.</summary>
    [Proto(4)] public SleepAction? Sleep { get; init; }
}

/// <summary>A pause.</summary>
public sealed record SleepAction
{
    /// <summary>How long to wait.</summary>
    [Proto(1), Required, Zero] public long Seconds { get; init; }
}
