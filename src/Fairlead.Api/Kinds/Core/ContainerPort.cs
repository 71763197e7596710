using System.Text.Json.Serialization;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A port on which a container listens.</summary>
public sealed record ContainerPort
{
    /// <summary>Name of the port, unique in the Pod, by which Services may refer to it.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>
    /// Port of the node that is forwarded to the container; most containers need none. With hostNetwork it equals
    /// containerPort.
    /// </summary>
    [Proto(2)] public int? HostPort { get; init; }

    /// <summary>The port at the Pod's address, 1 to 65535.</summary>
    [Proto(3), Required, JsonPropertyName("containerPort")] public int Number { get; init; }

    /// <summary>TCP, UDP or SCTP.</summary>
    [Proto(4), Values("TCP", "UDP", "SCTP"), Default("\"TCP\"")] public string? Protocol { get; init; }

    /// <summary>Address of the node to which hostPort is bound; absent means all.</summary>
    [Proto(5)] public string? HostIP { get; init; }
}
