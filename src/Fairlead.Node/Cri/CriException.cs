namespace Fairlead.Node.Cri;

/// <summary>A call that the container runtime refused, with its gRPC status code.</summary>
public sealed class CriException(string method, int code, string message)
    : Exception($"{method}: {message} (gRPC status {code})")
{
    // By code: https://grpc.io/docs/guides/status-codes/
    static readonly string[] Names =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
        "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    /// <summary>The gRPC status code, such as 5 for not found.</summary>
    public int Code => code;

    /// <summary>The runtime's own words, without the call's name.</summary>
    public string Detail => message;

    /// <summary>Code and words as gRPC's own errors print them, which the kubelet shows to users.</summary>
    public string Status => $"rpc error: code = {(code >= 0 && code < Names.Length ? Names[code] : $"Code({code})")} desc = {message}";

    public bool IsNotFound => code == 5;

    /// <summary>DEADLINE_EXCEEDED: ExecSync answers so when the command outlived its timeout.</summary>
    public bool IsDeadlineExceeded => code == 4;
}
