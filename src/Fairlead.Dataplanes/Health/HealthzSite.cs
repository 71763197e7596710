using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Health;

/// <summary>
/// /healthz and /livez of the proxy, as kube-proxy 1.33 answers them. A load balancer that asks /healthz is told of a node
/// that is about to be deleted (KEP-3836); a probe of the process asks /livez, which is of the proxy alone.
/// </summary>
/// <param name="answered">Receives path and code of each answer.</param>
sealed class HealthzSite(ProxyHealth health, Action<string, int> answered)
{
    public Task ServeAsync(HttpContext context)
    {
        var report = health.Report();
        var times = $"\"lastUpdated\": \"{Time(report.LastUpdated)}\",\"currentTime\": \"{Time(report.Now)}\"";
        switch (context.Request.Path.Value)
        {
            case "/healthz":
                return AnswerAsync(context, report.Healthy && report.NodeEligible, $"{{{times}, \"nodeEligible\": {(report.NodeEligible ? "true" : "false")}}}");
            case "/livez":
                return AnswerAsync(context, report.Healthy, $"{{{times}}}");
            default:
                return Answers.NotFoundAsync(context);
        }
    }

    Task AnswerAsync(HttpContext context, bool good, string body)
    {
        var code = good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        answered(context.Request.Path.Value!, code);
        return Answers.SendAsync(context, code, Answers.Json, body);
    }

    // As Go prints a time.
    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss.fffffff '+0000 UTC'", CultureInfo.InvariantCulture);
}
