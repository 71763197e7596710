using System.Net;
using Fairlead.Node.Probes;
using Fairlead.Node.Probes.Health;
using Fairlead.Tests;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Node.Tests;

/// <summary>gRPC probes against a server that is told what to answer.</summary>
public sealed class GrpcProbeTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, null)]
    [InlineData(0, "service unhealthy (responded with \"UNKNOWN\")")]
    [InlineData(2, "service unhealthy (responded with \"NOT_SERVING\")")]
    [InlineData(3, "service unhealthy (responded with \"SERVICE_UNKNOWN\")")]
    public async Task OnlyServingIsSuccess(int status, string? failure)
    {
        // Longer than one byte tells.
        var name = new string('s', 300);
        var asked = "";
        await using var server = await ServeAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            asked = $"{context.Request.Method} {context.Request.Path} {context.Request.ContentType} {HealthCheckRequest.Parser.ParseFrom(body.ToArray().AsSpan(5).ToArray()).Service}";
            await AnswerAsync(context, new HealthCheckResponse { Status = (HealthCheckResponse.Types.ServingStatus)status }, 0, null);
        });
        Assert.Equal(failure, (await new GrpcProbe("127.0.0.1", Port(server), name, Second * 5).RunAsync(default)).Failure);
        Assert.Equal($"POST /grpc.health.v1.Health/Check application/grpc {name}", asked);
    }

    [Theory]
    [InlineData(5, "unknown%20service", "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service")]
    [InlineData(12, "unknown service grpc.health.v1.Health", "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health")]
    [InlineData(14, "draining", "error: health rpc probe failed: rpc error: code = Unavailable desc = draining")]
    [InlineData(99, "odd", "error: health rpc probe failed: rpc error: code = Code(99) desc = odd")]
    public async Task AStatusThatIsNotOkIsToldByItsName(int code, string message, string failure)
    {
        await using var server = await ServeAsync(context => AnswerAsync(context, null, code, message));
        Assert.Equal(failure, (await new GrpcProbe("127.0.0.1", Port(server), "", Second * 5).RunAsync(default)).Failure);
    }

    [Fact]
    public async Task AnotherHttpServerDoesNotImplementTheProtocol()
    {
        await using var server = await ServeAsync(context => { context.Response.StatusCode = 404; return Task.CompletedTask; });
        Assert.StartsWith("error: this server does not implement the grpc health protocol", (await new GrpcProbe("127.0.0.1", Port(server), "", Second * 5).RunAsync(default)).Failure);
    }

    [Theory]
    [InlineData("no message at all", new byte[0])]
    [InlineData("a length that is not its own", new byte[] { 0, 0, 0, 0, 9, 8, 1 })]
    [InlineData("no protobuf", new byte[] { 0, 0, 0, 0, 1, 0xFF })]
    [InlineData("compressed", new byte[] { 1, 0, 0, 0, 2, 8, 1 })]
    public async Task AnAnswerThatIsNoneIsAFailure(string name, byte[] body)
    {
        await using var server = await ServeAsync(async context =>
        {
            Head(context);
            await context.Response.Body.WriteAsync(body);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        Assert.True((await new GrpcProbe("127.0.0.1", Port(server), "", Second * 5).RunAsync(default)).Failure?.StartsWith("error: health rpc probe failed: rpc error: code = Internal", StringComparison.Ordinal), name);
    }

    [Fact]
    public async Task AnAnswerWithoutAnEndIsAFailure()
    {
        await using var server = await ServeAsync(async context =>
        {
            Head(context);
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(new byte[1024]);
        });
        Assert.StartsWith("error: health rpc probe failed: rpc error: code = ResourceExhausted", (await new GrpcProbe("127.0.0.1", Port(server), "", Second * 5).RunAsync(default)).Failure);
    }

    [Fact]
    public async Task WhoDoesNotAnswerTimesOut()
    {
        await using var server = await ServeAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        Assert.Equal("timeout: health rpc did not complete within 1s", (await new GrpcProbe("127.0.0.1", Port(server), "", Second).RunAsync(default)).Failure);
    }

    [Fact]
    public async Task WhereNobodyListensItIsTriedUntilTheTimeIsOver()
    {
        var port = FreePort.Next();
        Assert.Equal($"timeout: failed to connect service \"127.0.0.1:{port}\" within 1s: context deadline exceeded", (await new GrpcProbe("127.0.0.1", port, "", Second).RunAsync(default)).Failure);
        var probe = new GrpcProbe("127.0.0.1", port, "", Second * 20).RunAsync(default);
        await using var server = await ServeAsync(context => AnswerAsync(context, new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving }, 0, null), port);
        Assert.Null((await probe).Failure);
    }

    static void Head(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
    }

    static async Task AnswerAsync(HttpContext context, HealthCheckResponse? response, int status, string? message)
    {
        Head(context);
        if (response is not null)
        {
            var bytes = response.ToByteArray();
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, (byte)bytes.Length }.Concat(bytes).ToArray());
        }
        context.Response.AppendTrailer("grpc-status", $"{status}");
        if (message is not null) context.Response.AppendTrailer("grpc-message", message);
    }

    static async Task<WebApplication> ServeAsync(RequestDelegate serve, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(serve);
        await app.StartAsync();
        return app;
    }

    static int Port(WebApplication app) => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
}
