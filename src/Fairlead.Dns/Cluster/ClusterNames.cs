using Fairlead.Dns.Handlers;
using Fairlead.Network.Names;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Cluster;

/// <summary>
/// Answers for the cluster's zone with authority, and for the reverse names of its addresses; other reverse names are
/// not its own.
/// </summary>
/// <param name="source">The table as of now; null while the cluster's objects are not known yet.</param>
/// <param name="whole">Where the targets of aliases are asked for.</param>
sealed class ClusterNames(NameZone zone, Func<NameTable?> source, IDnsHandler whole) : IDnsHandler
{
    /// <summary>Seconds that clients may keep an answer: as CoreDNS's kubernetes plug-in has it.</summary>
    public const uint Ttl = 5;

    const int MostAliases = 8;

    public ValueTask<bool> AnswerAsync(DnsQuery query, CancellationToken cancellation)
    {
        var inside = zone.Contains(query.Name);
        if (!inside && !IsReverse(query.Name)) return ValueTask.FromResult(false);
        if (source() is not { } table)
        {
            if (!inside) return ValueTask.FromResult(false);
            // Not knowing must not look like a name that does not exist.
            query.Respond(DnsRcode.ServFail);
            return ValueTask.FromResult(true);
        }
        var entry = table.Find(query.Name);
        if (entry is null && !inside) return ValueTask.FromResult(false);
        if (entry?.Records is [AliasRecord alias] && query.Type is not (DnsType.CNAME or DnsType.ANY)) return FollowAsync(query, alias, cancellation);
        Answer(query, table, entry);
        return ValueTask.FromResult(true);
    }

    static bool IsReverse(ReadOnlySpan<char> name) =>
        name.EndsWith(".in-addr.arpa", StringComparison.Ordinal) || name.EndsWith(".ip6.arpa", StringComparison.Ordinal);

    void Answer(DnsQuery query, NameTable table, NameEntry? entry)
    {
        var writer = query.Begin();
        var flags = DnsFlags.Authoritative;
        var (found, fits) = (0, true);
        var records = entry?.Records ?? [];
        // Each query begins elsewhere in the list, which spreads clients that take the first.
        for (var i = 0; i < records.Length && fits; i++)
        {
            var record = records[(i + query.Header.Id % records.Length) % records.Length];
            if (query.Type != DnsType.ANY && query.Type != record.Type) continue;
            fits = record.TryWrite(ref writer, query.Name, Ttl);
            if (fits) found++;
        }
        if (query.Type == DnsType.SOA && query.Name.SequenceEqual(zone.Name)) found += WriteStart(ref writer) ? 1 : 0;
        if (!fits) flags |= DnsFlags.Truncated;
        else if (found == 0)
        {
            writer.Section = DnsSection.Authority;
            WriteStart(ref writer);
        }
        else if (query.Type == DnsType.SRV) AddTargets(ref writer, table, records);
        query.End(ref writer, flags, entry is null ? DnsRcode.NXDomain : DnsRcode.NoError);
    }

    // The zone's serial has no reader: nobody transfers the zone. The minimum is how long a negative answer may be kept.
    bool WriteStart(ref DnsWriter writer) =>
        writer.TryWriteStart(zone.Name, Ttl, zone.Server, zone.Mailbox, new(1, 7200, 1800, 86400, Ttl));

    // As many as fit; a client asks for the others.
    static void AddTargets(ref DnsWriter writer, NameTable table, IEnumerable<NameRecord> records)
    {
        writer.Section = DnsSection.Additional;
        foreach (var target in records.OfType<PortRecord>().Select(r => r.Target).Distinct())
        {
            foreach (var address in table.Find(target)?.Records.OfType<AddressRecord>() ?? [])
            {
                if (!address.TryWrite(ref writer, target, Ttl)) return;
            }
        }
    }

    async ValueTask<bool> FollowAsync(DnsQuery query, AliasRecord alias, CancellationToken cancellation)
    {
        if (query.Depth >= MostAliases)
        {
            query.Respond(DnsRcode.ServFail);
            return true;
        }
        var target = DnsQuery.Following(query, alias.Target);
        if (target.Question.End > 0 && target.ResponseLength == 0) await whole.AnswerAsync(target, cancellation).ConfigureAwait(false);
        if (target.Rcode == DnsRcode.ServFail || target.ResponseLength == 0) query.Respond(DnsRcode.ServFail);
        else Join(query, alias, target);
        return true;
    }

    static void Join(DnsQuery query, AliasRecord alias, DnsQuery target)
    {
        var writer = query.Begin();
        var fits = alias.TryWrite(ref writer, query.Name, Ttl) && AnswerCopy.TryCopy(target.Response.Span, ref writer);
        // Without an upstream the alias is all there is to say.
        var rcode = target.Rcode == DnsRcode.Refused ? DnsRcode.NoError : target.Rcode;
        query.End(ref writer, DnsFlags.Authoritative | (fits ? DnsFlags.None : DnsFlags.Truncated), rcode);
    }
}
