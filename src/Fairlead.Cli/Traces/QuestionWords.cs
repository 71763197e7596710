using Fairlead.Network.Addresses;
using Fairlead.Network.Traces;

namespace Fairlead.Cli.Traces;

/// <summary>What of a question can be looked for among Services.</summary>
/// <param name="Names">Words that may be a Service's name.</param>
sealed record QuestionWords(IReadOnlyList<string> Names, Address? Address, int Port)
{
    public QuestionWords(TraceQuestion question) : this(NamesOf(question.Target), question.Target is AddressTarget a ? a.Address : null, question.Target is AddressTarget b ? b.Port : 0) { }

    static IReadOnlyList<string> NamesOf(TraceTarget target) => target switch
    {
        ServiceTarget service => [service.Service.Name],
        NameTarget name => LabelsOf(name.Name),
        _ => [],
    };

    /// <summary>The labels of a DNS name in front of the domain: SERVICE, NAMESPACE and hosts look alike.</summary>
    public static IReadOnlyList<string> LabelsOf(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).TakeWhile(l => l != "svc").Distinct()];
}
