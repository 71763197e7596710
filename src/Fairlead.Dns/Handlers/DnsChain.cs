using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Handlers;

/// <summary>Asks handlers in order; what none of them answers is refused, since it is nobody's to answer.</summary>
public sealed class DnsChain : IDnsHandler
{
    IDnsHandler[] handlers = [];

    /// <summary>Sets the handlers, before the first question.</summary>
    public void Use(params IDnsHandler[] inOrder) => handlers = inOrder;

    /// <returns>Always true.</returns>
    public ValueTask<bool> AnswerAsync(DnsQuery query, CancellationToken cancellation) => AskFrom(0, query, cancellation);

    ValueTask<bool> AskFrom(int first, DnsQuery query, CancellationToken cancellation)
    {
        for (var i = first; i < handlers.Length; i++)
        {
            var answer = handlers[i].AnswerAsync(query, cancellation);
            if (!answer.IsCompletedSuccessfully) return ContinueAsync(answer, i + 1, query, cancellation);
            if (answer.Result) return ValueTask.FromResult(true);
        }
        query.Respond(DnsRcode.Refused);
        return ValueTask.FromResult(true);
    }

    async ValueTask<bool> ContinueAsync(ValueTask<bool> answer, int next, DnsQuery query, CancellationToken cancellation) =>
        await answer.ConfigureAwait(false) || await AskFrom(next, query, cancellation).ConfigureAwait(false);
}
