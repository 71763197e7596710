using System.Security.Cryptography;
using Fairlead.Dns.Handlers;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Forwarding;

/// <summary>
/// Finds upstreams that send our questions back to us: each is asked once for a name that only we can know, and one
/// whose question then arrives here is not used again.
/// </summary>
sealed class LoopProbe(IReadOnlyList<Upstream> upstreams, Action<string> log) : IDnsHandler
{
    const string Suffix = ".fairlead-loop-probe";

    readonly string token = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Asks each upstream; what comes of it is seen by <see cref="AnswerAsync"/>.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(upstreams.Select((upstream, i) =>
    {
        var query = new DnsQuery(false);
        var writer = new DnsWriter(query.Buffer);
        var name = $"{i}.{token}{Suffix}";
        writer.TryWriteQuestion(name, DnsType.HINFO, DnsClass.IN);
        query.Read(writer.Finish(0, DnsFlags.RecursionDesired, DnsOpcode.Query, DnsRcode.NoError));
        return upstream.AskAsync(Forwarder.Ask(query), name, DnsType.HINFO, cancellation);
    }));

    public ValueTask<bool> AnswerAsync(DnsQuery query, CancellationToken cancellation)
    {
        if (query.Type != DnsType.HINFO || !query.Name.EndsWith(Suffix, StringComparison.Ordinal)) return ValueTask.FromResult(false);
        var labels = query.Name.ToString().Split('.');
        if (labels.Length != 3 || labels[1] != token || !int.TryParse(labels[0], out var i) || (uint)i >= (uint)upstreams.Count) return ValueTask.FromResult(false);
        if (!upstreams[i].IsLoop) log($"dns: {upstreams[i]} sends our own questions back; not forwarding to it");
        upstreams[i].IsLoop = true;
        query.Respond(DnsRcode.Refused);
        return ValueTask.FromResult(true);
    }
}
