using System.Net;

namespace Fairlead.Dns;

/// <summary>What a node's DNS server is started with.</summary>
public sealed record DnsOptions
{
    /// <summary>Where to answer, over UDP and TCP. An address need not be on an interface yet (IP_FREEBIND).</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    /// <summary>The zone of the cluster's names, without a last dot.</summary>
    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>Servers for all other names, in order of preference; null for those of <see cref="ResolvConf"/>.</summary>
    public IReadOnlyList<IPEndPoint>? Upstreams { get; init; }

    /// <summary>Read once at the start. Addresses that are this server's own are left out.</summary>
    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    /// <summary>The most forwarded answers that are kept.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>Threads that receive, for each address listened on.</summary>
    public int ReceiveLoops { get; init; } = 2;

    /// <summary>How long one try of an upstream may take.</summary>
    public TimeSpan UpstreamTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives a line for what an operator should know: an upstream left out, a loop found.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
