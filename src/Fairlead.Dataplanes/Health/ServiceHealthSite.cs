using System.Globalization;
using Fairlead.Json;
using Fairlead.Network.Services;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Health;

/// <summary>
/// A healthCheckNodePort: whether this node has endpoints of the Service for a load balancer to send to, and how many.
/// Answers at any path, as kube-proxy 1.33 does.
/// </summary>
sealed class ServiceHealthSite(HealthCheck check, ProxyHealth health)
{
    // A load balancer may share out its connections by it.
    const string WeightHeader = "X-Load-Balancing-Endpoint-Weight";

    public Task ServeAsync(HttpContext context)
    {
        var healthy = health.Report().Healthy;
        context.Response.Headers[WeightHeader] = check.LocalEndpoints.ToString(CultureInfo.InvariantCulture);
        var code = healthy && check.LocalEndpoints > 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Answers.SendAsync(context, code, Answers.Json, new JsonObject
        {
            ["service"] = new JsonObject { ["namespace"] = check.Service.Namespace, ["name"] = check.Service.Name },
            ["localEndpoints"] = check.LocalEndpoints,
            ["serviceProxyHealthy"] = healthy,
        }.ToJsonString());
    }
}
