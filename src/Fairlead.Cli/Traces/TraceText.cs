using System.Globalization;
using System.Text;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Cli.Traces;

/// <summary>A trace as people read it.</summary>
static class TraceText
{
    public static string Of(TraceResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{result.Sender} -> {result.Target}, {result.Protocol.ToString().ToLowerInvariant()}\n\n");
        if (result.Steps.Length > 0)
            text.Append(TextTable.Of(["STEP", "AT", "WHAT", "BECAUSE OF"], result.Steps.Select(s => new[] { s.Stage, s.At, s.Text, s.Provenance?.ToString() ?? "" }))).Append('\n');
        if (result.Endpoints.Length > 0)
            text.Append(TextTable.Of(["ENDPOINT", "WHO", "NODE", "PROBABILITY", "SEES", "BECAUSE OF", "FINDING"], result.Endpoints.Select(Row))).Append('\n');
        text.Append(Verdict(result)).Append('\n');
        if (result.Cause is { } cause) text.Append(Explain(cause));
        foreach (var same in result.Remarks.GroupBy(r => r.Cause))
        {
            var told = same.Key == result.Cause?.Cause;
            if (!told) text.Append("Also: ").Append(same.Key.Reason).Append('\n').Append(Explain(same.First()));
            if (same.Count() > (told ? 0 : 1)) text.Append(CultureInfo.InvariantCulture, $"  The same of {same.Count() - (told ? 0 : 1)} more.\n");
        }
        return text.ToString();
    }

    /// <summary>The one line that says it all.</summary>
    public static string Verdict(TraceResult result) => result switch
    {
        { Cause: { IsCertain: true } cause } => $"Nothing answers: {cause.Cause.Reason}",
        { OutsideName: { } name } => $"Leaves the cluster: {name} answers or not, the API does not know.",
        { Cause: { } cause } => $"Probably nothing answers: {cause.Cause.Reason}",
        { Endpoints: [{ Kind: EndpointKind.Outside, Text: var text }] } => $"Leaves the cluster: {text} answers or not, the API does not know.",
        { HasAffinity: true } => $"{Answers(result)} A client that was here before returns to its endpoint.",
        _ => Answers(result),
    };

    public static string Percent(double probability) => (probability * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    static string Answers(TraceResult result) => result.AnswerProbability > 0.9999
        ? $"Answers: {(result.Endpoints.Length == 1 ? result.Endpoints[0].Text : $"one of {result.Endpoints.Length} endpoints")}."
        : $"Answers {Percent(result.AnswerProbability)} of new connections; the others fail.";

    static string[] Row(TracedEndpoint endpoint) =>
    [
        endpoint.Text, Who(endpoint), endpoint.Node ?? "", Percent(endpoint.Probability), endpoint.Source, endpoint.Provenance?.ToString() ?? "", endpoint.Finding?.Cause.Reason ?? "",
    ];

    static string Who(TracedEndpoint endpoint) => endpoint switch
    {
        { Pod: { } pod } => pod.ToString(),
        { Kind: EndpointKind.Node } => "the node",
        { Kind: EndpointKind.Outside } => "outside",
        _ => "nobody",
    };

    static string Explain(Finding finding) =>
        $"  {finding.Text}\n  {finding.Remedy}\n{(finding.Provenance is null ? "" : $"  See {finding.Provenance}\n")}";
}
