using Fairlead.Client.Metrics;
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
        var text = new MetricText();
        text.Family("coredns_dns_requests_total", "counter", "Queries received.");
        for (var i = 0; i <= Types.Length; i++)
        {
            var type = i < Types.Length ? Types[i].ToString() : "other";
            text.Sample(Volatile.Read(ref udpRequests[i]), ("proto", "udp"), ("type", type));
            text.Sample(Volatile.Read(ref tcpRequests[i]), ("proto", "tcp"), ("type", type));
        }
        text.Family("coredns_dns_responses_total", "counter", "Responses sent.");
        for (var i = 0; i <= Rcodes.Length; i++) text.Sample(Volatile.Read(ref responses[i]), ("rcode", i < Rcodes.Length ? Rcodes[i].Name : "other"));
        text.Single("coredns_cache_hits_total", "counter", "Questions answered from the cache.", CacheHits)
            .Single("coredns_cache_misses_total", "counter", "Questions the cache had no answer to.", CacheMisses)
            .Single("coredns_forward_requests_total", "counter", "Tries of upstream servers.", Forwards)
            .Single("coredns_forward_failures_total", "counter", "Tries that brought no usable answer.", ForwardFailures);
        to.Write(text);
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
}
