using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Health;

/// <summary>What is answered on a port.</summary>
/// <param name="Serve">Answers one request.</param>
/// <param name="Refused">Receives where and why it could not be listened, once as long as the reason stays.</param>
sealed record HttpSite(RequestDelegate Serve, Action<IPEndPoint, SocketException> Refused);
