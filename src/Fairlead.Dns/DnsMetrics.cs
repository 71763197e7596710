using Fairlead.Wire.Dns;

namespace Fairlead.Dns;

/// <summary>Counters of one server, under the names that CoreDNS's users have in their dashboards. Thread-safe.</summary>
public sealed class DnsMetrics
{
    static readonly DnsType[] Types = [DnsType.A, DnsType.AAAA, DnsType.SRV, DnsType.PTR, DnsType.CNAME, DnsType.TXT, DnsType.SOA, DnsType.NS, DnsType.MX, DnsType.ANY];
    static readonly (DnsRcode Code, string Name)[] Rcodes =
    [
        (DnsRcode.NoError, "NOERROR"), (DnsRcode.FormErr, "FORMERR"), (DnsRcode.ServFail, "SERVFAIL"), (DnsRcode.NXDomain, "NXDOMAIN"),
        (DnsRcode.NotImp, "NOTIMP"), (DnsRcode.Refused, "REFUSED"), (DnsRcode.BadVers, "BADVERS"),
    ];

    // The last place of each is for what has no name of its own.
    readonly long[] udpRequests = new long[Types.Length + 1], tcpRequests = new long[Types.Length + 1], responses = new long[Rcodes.Length + 1];
    long cacheHits, cacheMisses, forwards, forwardFailures;

    public long CacheHits => Volatile.Read(ref cacheHits);
    public long CacheMisses => Volatile.Read(ref cacheMisses);

    /// <summary>Tries of upstream servers.</summary>
    public long Forwards => Volatile.Read(ref forwards);

    /// <summary>Tries that brought no usable answer.</summary>
    public long ForwardFailures => Volatile.Read(ref forwardFailures);

    /// <summary>Writes all counters in the Prometheus text format.</summary>
    public void Write(TextWriter to)
    {
        to.Write("# HELP coredns_dns_requests_total Queries received.\n# TYPE coredns_dns_requests_total counter\n");
        for (var i = 0; i <= Types.Length; i++)
        {
            var type = i < Types.Length ? Types[i].ToString() : "other";
            to.Write($"coredns_dns_requests_total{{proto=\"udp\",type=\"{type}\"}} {Volatile.Read(ref udpRequests[i])}\n");
            to.Write($"coredns_dns_requests_total{{proto=\"tcp\",type=\"{type}\"}} {Volatile.Read(ref tcpRequests[i])}\n");
        }
        to.Write("# HELP coredns_dns_responses_total Responses sent.\n# TYPE coredns_dns_responses_total counter\n");
        for (var i = 0; i <= Rcodes.Length; i++)
        {
            to.Write($"coredns_dns_responses_total{{rcode=\"{(i < Rcodes.Length ? Rcodes[i].Name : "other")}\"}} {Volatile.Read(ref responses[i])}\n");
        }
        Write(to, "coredns_cache_hits_total", "Questions answered from the cache.", CacheHits);
        Write(to, "coredns_cache_misses_total", "Questions the cache had no answer to.", CacheMisses);
        Write(to, "coredns_forward_requests_total", "Tries of upstream servers.", Forwards);
        Write(to, "coredns_forward_failures_total", "Tries that brought no usable answer.", ForwardFailures);
    }

    internal void Request(bool overTcp, DnsType type)
    {
        var i = Array.IndexOf(Types, type);
        Interlocked.Increment(ref (overTcp ? tcpRequests : udpRequests)[i < 0 ? Types.Length : i]);
    }

    internal void Response(DnsRcode rcode)
    {
        var i = 0;
        while (i < Rcodes.Length && Rcodes[i].Code != rcode) i++;
        Interlocked.Increment(ref responses[i]);
    }

    internal void CacheHit() => Interlocked.Increment(ref cacheHits);
    internal void CacheMiss() => Interlocked.Increment(ref cacheMisses);
    internal void Forward() => Interlocked.Increment(ref forwards);
    internal void ForwardFailure() => Interlocked.Increment(ref forwardFailures);

    static void Write(TextWriter to, string name, string help, long value) =>
        to.Write($"# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n");
}
