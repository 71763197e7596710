using System.Globalization;
using System.Text;
using Fairlead.Json;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Cli.Traces.Live;

/// <summary>Prediction beside observation, for people and for programs.</summary>
static class LiveText
{
    public static string Of(LiveReport report)
    {
        if (report.Probes == 0) return "\nLive: nothing was sent, for the way ends before any address.\n";
        var text = new StringBuilder("\n");
        if (!report.Rows.IsEmpty)
        {
            text.Append(TextTable.Of(["ENDPOINT", "WHO", "PREDICTED", "OBSERVED", "ANSWERED", "REFUSED", "SILENT", "SAW", "AGREES"], report.Rows.Select(r => new[]
            {
                r.Endpoint, r.Pod?.ToString() ?? "", TraceText.Percent(r.Predicted), Share(r, report),
                Number(r.Answered), Number(r.Refused), Number(r.Silent), string.Join(" ", r.Sources), r.Agrees ? "yes" : "no",
            }))).Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"Live: {report.Answered} of {report.Probes} probes answered");
        text.Append(report.Untraced > 0 ? $", {report.Untraced} came to no endpoint that could be seen." : ".");
        text.Append(report.Agrees ? " Prediction and observation agree.\n" : " Prediction and observation disagree:\n");
        foreach (var sentence in report.Disagreements) text.Append("  ").Append(sentence).Append('\n');
        if (report.Finding is { } finding) text.Append($"{finding.Cause.Reason}\n  {finding.Text}\n  {finding.Remedy}\n");
        return text.ToString();
    }

    public static JsonObject Json(LiveReport report) => new()
    {
        ["probes"] = report.Probes,
        ["answered"] = report.Answered,
        ["untraced"] = report.Untraced,
        ["agrees"] = report.Agrees,
        ["disagreements"] = new JsonArray([.. report.Disagreements.Select(d => JsonValue.Create(d))]),
        ["finding"] = TraceJson.Finding(report.Finding),
        ["endpoints"] = new JsonArray([.. report.Rows.Select(r => new JsonObject
        {
            ["endpoint"] = r.Endpoint,
            ["pod"] = r.Pod is { } pod ? new JsonObject { ["namespace"] = pod.Namespace, ["name"] = pod.Name } : null,
            ["predicted"] = Math.Round(r.Predicted, 6), ["observed"] = r.Observed, ["answered"] = r.Answered, ["refused"] = r.Refused, ["silent"] = r.Silent,
            ["sources"] = new JsonArray([.. r.Sources.Select(s => JsonValue.Create(s.ToString()))]), ["agrees"] = r.Agrees,
        })]),
    };

    static string Share(LiveRow row, LiveReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Observed} ({TraceText.Percent((double)row.Observed / Math.Max(1, report.Probes - report.Untraced))})");

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
