using System.Net;
using System.Security.Cryptography;
using Fairlead.Dns.Handlers;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Forwarding;

/// <summary>
/// Asks other servers. One that answers is kept to; one that fails is passed over for the next; when all have failed
/// just now, the client is told at once instead of being kept waiting.
/// </summary>
sealed class Forwarder(IReadOnlyList<Upstream> upstreams, DnsMetrics metrics)
{
    const int MostInFlight = 1000, MostTries = 3;

    int inFlight;

    /// <summary>The answer, or null if no server gave one.</summary>
    public async ValueTask<StoredAnswer?> ResolveAsync(DnsQuery query, CancellationToken cancellation)
    {
        // The limit also ends a loop through other servers that was not there at the start.
        if (Interlocked.Increment(ref inFlight) > MostInFlight)
        {
            Interlocked.Decrement(ref inFlight);
            return null;
        }
        try
        {
            return await AskInOrderAsync(query, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    async Task<StoredAnswer?> AskInOrderAsync(DnsQuery query, CancellationToken cancellation)
    {
        var name = query.Name.ToString();
        var type = query.Type;
        StoredAnswer? unwilling = null;
        var heard = new HashSet<Upstream>();
        foreach (var upstream in Order(heard))
        {
            metrics.Forward();
            var answer = await upstream.AskAsync(Ask(query), name, type, cancellation).ConfigureAwait(false);
            if (answer is not null && answer.Header.Rcode is not (DnsRcode.ServFail or DnsRcode.Refused)) return answer;
            unwilling ??= answer;
            if (answer is not null) heard.Add(upstream);
            metrics.ForwardFailure();
        }
        return unwilling;
    }

    // Lazily, so that a server which began to rest meanwhile is left out, or was heard and will say the same again. Twice
    // around, since datagrams get lost.
    IEnumerable<Upstream> Order(HashSet<Upstream> heard)
    {
        var tries = 0;
        for (var round = 0; round < 2; round++)
        {
            foreach (var upstream in upstreams.OrderBy(u => u.IsFailing))
            {
                if (upstream.IsLoop || upstream.IsResting || heard.Contains(upstream)) continue;
                if (tries++ == MostTries) yield break;
                yield return upstream;
            }
        }
    }

    /// <summary>The question in a message of our own, with an id that can't be guessed.</summary>
    internal static ReadOnlyMemory<byte> Ask(DnsQuery query)
    {
        var message = new byte[DnsHeader.Size + query.QuestionBytes.Length + DnsEdns.RecordSize];
        var writer = new DnsWriter(message);
        writer.TryCopyQuestion(query.QuestionBytes);
        writer.Section = DnsSection.Additional;
        writer.TryWriteEdns(new(DnsQuery.MaxUdpPayload, 0, 0, query.Edns?.DnssecOk == true));
        Span<byte> id = stackalloc byte[2];
        RandomNumberGenerator.Fill(id);
        var flags = DnsFlags.RecursionDesired | query.Header.Flags & DnsFlags.CheckingDisabled;
        return message.AsMemory(0, writer.Finish((ushort)(id[0] << 8 | id[1]), flags, DnsOpcode.Query, DnsRcode.NoError));
    }

    /// <summary>The servers of the options, less those that are this server itself.</summary>
    public static IReadOnlyList<Upstream> UpstreamsOf(DnsOptions options)
    {
        var chosen = options.Upstreams ?? ReadResolvConf(options);
        var own = options.Listen;
        var upstreams = new List<Upstream>();
        foreach (var address in chosen.Distinct())
        {
            if (own.Any(a => a.Port == address.Port && (a.Address.Equals(address.Address) || IsAny(a) && IPAddress.IsLoopback(address.Address))))
            {
                options.Log($"dns: {address} is this server itself; not forwarding to it");
                continue;
            }
            upstreams.Add(new(address, options));
        }
        return upstreams;
    }

    static bool IsAny(IPEndPoint address) => address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);

    static List<IPEndPoint> ReadResolvConf(DnsOptions options)
    {
        var servers = new List<IPEndPoint>();
        try
        {
            foreach (var line in File.ReadLines(options.ResolvConf))
            {
                var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["nameserver", var text, ..] && IPAddress.TryParse(text, out var address)) servers.Add(new(address, 53));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            options.Log($"dns: {options.ResolvConf} can't be read, so nothing is forwarded: {e.Message}");
        }
        return servers;
    }
}
