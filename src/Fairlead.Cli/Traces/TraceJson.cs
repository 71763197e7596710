using Fairlead.Json;
using Fairlead.Network;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Cli.Traces;

/// <summary>A trace as programs read it; docs/TRACE.md describes the fields, which stay.</summary>
static class TraceJson
{
    public static JsonObject Of(TraceResult result) => new()
    {
        ["from"] = result.Sender,
        ["to"] = result.Target,
        ["protocol"] = result.Protocol.ToString().ToLowerInvariant(),
        ["answers"] = result.Answers,
        ["probability"] = Math.Round(result.AnswerProbability, 6),
        ["verdict"] = TraceText.Verdict(result),
        ["outside"] = result.OutsideName,
        ["affinity"] = result.HasAffinity,
        ["cause"] = Finding(result.Cause),
        ["remarks"] = new JsonArray([.. result.Remarks.Select(Finding)]),
        ["destinations"] = new JsonArray([.. result.Destinations.Select(d => new JsonObject { ["address"] = d.Address.ToString(), ["port"] = d.Port, ["probability"] = Math.Round(d.Share, 6) })]),
        ["steps"] = new JsonArray([.. result.Steps.Select(s => new JsonObject { ["stage"] = s.Stage, ["at"] = s.At, ["text"] = s.Text, ["object"] = Object(s.Provenance) })]),
        ["endpoints"] = new JsonArray([.. result.Endpoints.Select(Endpoint)]),
    };

    static JsonObject Endpoint(TracedEndpoint endpoint) => new()
    {
        ["kind"] = endpoint.Kind.ToString(),
        ["address"] = endpoint.Address.ToString(),
        ["port"] = endpoint.Port,
        ["pod"] = endpoint.Pod is { } pod ? new JsonObject { ["namespace"] = pod.Namespace, ["name"] = pod.Name } : null,
        ["node"] = endpoint.Node,
        ["probability"] = Math.Round(endpoint.Probability, 6),
        ["source"] = endpoint.Source,
        ["masqueraded"] = endpoint.IsMasqueraded,
        ["chosenBy"] = endpoint.ChosenBy,
        ["route"] = endpoint.Route,
        ["object"] = Object(endpoint.Provenance),
        ["finding"] = Finding(endpoint.Finding),
    };

    public static JsonObject? Finding(Finding? finding) => finding is null ? null : new()
    {
        ["reason"] = finding.Cause.Reason,
        ["certain"] = finding.IsCertain,
        ["text"] = finding.Text,
        ["remedy"] = finding.Remedy,
        ["object"] = Object(finding.Provenance),
    };

    static JsonObject? Object(Provenance? provenance) => provenance is null ? null : new()
    {
        ["kind"] = provenance.Kind, ["namespace"] = provenance.Namespace, ["name"] = provenance.Name, ["field"] = provenance.Field,
    };
}
