using Fairlead.Api.Core.V1;

namespace Fairlead.Network.Traces.Checks;

/// <summary>What a probe asks, in a few words.</summary>
static class ProbeText
{
    public static string Of(Probe probe) => probe switch
    {
        { HttpGet: { } http } => $"GET {(http.Scheme == "HTTPS" ? "https" : "http")}://{http.Host ?? ""}:{http.Port}{http.Path ?? "/"}",
        { TcpSocket: { } tcp } => $"TCP connection to port {tcp.Port}",
        { Grpc: { } grpc } => $"gRPC health check on port {grpc.Port}",
        { Exec.Command: { } command } => string.Join(' ', command),
        _ => "nothing",
    };
}
