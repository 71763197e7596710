using System.Net;

namespace Fairlead.Server.Relaying;

/// <summary>Where a port of a Service is reached.</summary>
/// <param name="Points">To be tried in this order; empty if there is nothing to reach.</param>
/// <param name="Why">Why there is nothing, in upstream's words; else empty.</param>
public sealed record ServiceAddress(IReadOnlyList<EndPoint> Points, string Why)
{
    public static ServiceAddress Nowhere(string why) => new([], why);
}
