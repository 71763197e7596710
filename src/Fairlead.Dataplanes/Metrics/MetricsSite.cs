using Fairlead.Client.Metrics;
using Fairlead.Dataplanes.Health;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Metrics;

/// <summary>/metrics, /proxyMode (the mode in use as one word) and a /healthz that says that the port answers, as kube-proxy's.</summary>
/// <param name="served">The last step.</param>
sealed class MetricsSite(ProxyMetrics metrics, ConnectionCounts connections, Func<ServedStep> served)
{
    public Task ServeAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/metrics" => Answers.SendAsync(context, StatusCodes.Status200OK, MetricText.ContentType, Metrics()),
        "/proxyMode" => Answers.SendAsync(context, StatusCodes.Status200OK, Answers.Text, served().Mode?.ToString().ToLowerInvariant() ?? ""),
        "/healthz" => Answers.SendAsync(context, StatusCodes.Status200OK, Answers.Text, "ok"),
        _ => Answers.NotFoundAsync(context),
    };

    string Metrics()
    {
        var text = new MetricText();
        var step = served();
        metrics.Write(text, step.Table);
        connections.Write(text, step);
        ProcessMetrics.Write(text);
        return text.ToString();
    }
}
