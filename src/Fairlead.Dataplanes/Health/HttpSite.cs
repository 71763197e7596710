using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Health;

/// <summary>What is answered on a port.</summary>
/// <param name="Serve">Answers one request.</param>
/// <param name="Refused">Receives why the port could not be opened, once as long as the reason stays.</param>
sealed record HttpSite(RequestDelegate Serve, Action<string> Refused);
