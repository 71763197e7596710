namespace Fairlead.Store.Etcd;

/// <summary>etcd answered a call with an error: a gRPC status code and etcd's own words.</summary>
sealed class EtcdException(int code, string message) : Exception(message)
{
    public const int Unknown = 2, InvalidArgument = 3, DeadlineExceeded = 4, OutOfRange = 11, Internal = 13, Unavailable = 14;

    public int Code => code;

    /// <summary>The revision asked for is older than what is kept.</summary>
    public bool IsCompacted => code == OutOfRange && Message.Contains("compacted", StringComparison.Ordinal);
}
