using System.Net;
using Fairlead.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Server.Tests;

/// <summary>An HTTPS server of JSON on loopback, with the tests' authority behind its certificate.</summary>
sealed class JsonServer : IAsyncDisposable
{
    readonly WebApplication app;

    JsonServer(Func<HttpContext, Task<JsonObject>> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(TestCertificates.Server())));
        app = builder.Build();
        app.Run(async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync((await answer(http)).ToJsonString());
        });
    }

    public string Url { get; private set; } = "";

    public static async Task<JsonServer> StartAsync(Func<HttpContext, Task<JsonObject>> answer)
    {
        var server = new JsonServer(answer);
        await server.app.StartAsync();
        server.Url = "https://127.0.0.1:" + new Uri(server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
