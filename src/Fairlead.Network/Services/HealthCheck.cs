namespace Fairlead.Network.Services;

/// <summary>
/// What a load balancer is told on a Service's healthCheckNodePort: whether this node has endpoints of it (KEP-1669). 200 if
/// it has any, 503 if none.
/// </summary>
/// <param name="LocalEndpoints">How many of this node's endpoints outside traffic may use.</param>
public readonly record struct HealthCheck(ServiceKey Service, int LocalEndpoints);
