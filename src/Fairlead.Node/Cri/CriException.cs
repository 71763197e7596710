namespace Fairlead.Node.Cri;

/// <summary>A call that the container runtime refused, with its gRPC status code.</summary>
public sealed class CriException(string method, int code, string message)
    : Exception($"{method}: {message} (gRPC status {code})")
{
    /// <summary>The gRPC status code, such as 5 for not found.</summary>
    public int Code => code;

    /// <summary>The runtime's own words, without the call's name.</summary>
    public string Detail => message;

    public bool IsNotFound => code == 5;

    /// <summary>DEADLINE_EXCEEDED: ExecSync answers so when the command outlived its timeout.</summary>
    public bool IsDeadlineExceeded => code == 4;
}
