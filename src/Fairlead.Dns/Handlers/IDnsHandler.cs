namespace Fairlead.Dns.Handlers;

/// <summary>One way to answer questions; the handlers of a chain are asked in order. Called from many threads.</summary>
public interface IDnsHandler
{
    /// <summary>
    /// Answers by filling the query's response, or says that the question is not its own. Completes at once unless it
    /// has to wait for someone; does not throw but for cancellation.
    /// </summary>
    /// <returns>True if the query has its response.</returns>
    ValueTask<bool> AnswerAsync(DnsQuery query, CancellationToken cancellation);
}
