using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Json;
using Fairlead.Server.Auditing;
using Fairlead.Server.Authentication;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Tests;

/// <summary>What the server fails at when its answer has begun: no client may take what it got for the whole.</summary>
public sealed class BrokenAnswerTests : IAsyncLifetime, ILogger
{
    const string Maps = "/api/v1/namespaces/default/configmaps", Straw = "the-straw";

    readonly ConcurrentQueue<JsonObject> events = [];
    readonly ConcurrentQueue<string> log = [];
    readonly TestServer server;
    BreakingStore store = null!;

    public BrokenAnswerTests() => server = new()
    {
        Log = this,
        Change = o => o with
        {
            Store = store = new BreakingStore(o.Store, Straw),
            Audit = (AuditPolicy.Parse("""{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"Metadata","verbs":["list","watch"],"users":["admin"],"resources":[{"group":"","resources":["configmaps"]}]},{"level":"RequestResponse","verbs":["list"],"users":["admin"],"resources":[{"group":"","resources":["secrets"]}]}]}"""u8), events.Enqueue),
        },
    };

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        events.Clear();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning) log.Enqueue($"{logLevel}: {formatter(state, exception)}: {exception?.Message}");
    }

    [Theory]
    [InlineData("1.1", HttpRequestError.ResponseEnded)]
    [InlineData("2.0", HttpRequestError.HttpProtocolError)]
    public async Task A_watch_that_breaks_has_no_end(string version, HttpRequestError error)
    {
        using var http = Client(version);
        using var answer = await http.GetAsync($"{Maps}?watch=1&resourceVersion={server.Store.Revision}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version.ToString()));
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await MakeAsync("a-first");
        Assert.Contains("a-first", await lines.ReadLineAsync(), StringComparison.Ordinal);
        await MakeAsync(Straw);
        var broken = await Assert.ThrowsAnyAsync<HttpIOException>(async () => await lines.ReadLineAsync());
        Assert.Equal(error, broken.HttpRequestError);
        await IsToldAsync($"GET {Maps}", "watch", ["RequestReceived", "ResponseStarted", "Panic"]);
        await GoesOnAsync();
    }

    [Theory]
    [InlineData("1.1", "", HttpRequestError.ResponseEnded)]
    [InlineData("1.1", "gzip", HttpRequestError.ResponseEnded)]
    [InlineData("2.0", "", HttpRequestError.HttpProtocolError)]
    public async Task A_list_that_breaks_has_no_end(string version, string encoding, HttpRequestError error)
    {
        // More than what is gathered before the first bytes go out, and hard to compress.
        foreach (var name in (string[])["a", "b", "c", "d", Straw]) await MakeAsync(name, Convert.ToBase64String(Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7919 * (i >> 3) >> 5)).ToArray()));
        using var http = Client(version);
        if (encoding.Length > 0) http.DefaultRequestHeaders.AcceptEncoding.Add(new(encoding));
        using var answer = await http.GetAsync(Maps, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, encoding), (answer.StatusCode, string.Join(',', answer.Content.Headers.ContentEncoding)));
        using var got = new MemoryStream();
        await using var content = await answer.Content.ReadAsStreamAsync();
        var broken = await Assert.ThrowsAnyAsync<HttpIOException>(() => content.CopyToAsync(got));
        Assert.Equal(error, broken.HttpRequestError);
        Assert.True(got.Length > 0, "it had begun");
        await IsToldAsync($"GET {Maps}", "list", ["RequestReceived", "Panic"]);
        await GoesOnAsync();
    }

    /// <summary>As bytes: the last chunk is missing, and the connection, over which nothing can be asked any more, is closed.</summary>
    [Fact]
    public async Task The_connection_is_closed_without_a_last_chunk()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, server.Api.Port);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {Maps}?watch=1&resourceVersion={server.Store.Revision} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminToken}\r\n\r\n"));
        var (text, buffer) = ("", new byte[4096]);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await tls.ReadAsync(buffer, bound.Token) is var count and > 0)
        {
            if (text.Length == 0) await MakeAsync(Straw);
            text += Encoding.ASCII.GetString(buffer, 0, count);
        }
        Assert.Contains("Transfer-Encoding: chunked", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n\r\n", text, StringComparison.Ordinal);
    }

    /// <summary>A list that is read whole before it is sent, for the audit log or to be written as YAML, is answered with what was wrong.</summary>
    [Theory]
    [InlineData("secrets", "application/json", "failed")]
    [InlineData("configmaps", "application/yaml", "broke off")]
    public async Task A_list_that_breaks_before_it_is_sent_is_a_failure_that_says_why(string resource, string accept, string word)
    {
        var path = $"/api/v1/namespaces/default/{resource}";
        Assert.Equal(201, (await server.PostAsync(path, $$$"""{"metadata":{"name":"{{{Straw}}}"}}""")).Code);
        var answer = await server.GetAsync(path, accept);
        Assert.Equal(500, answer.Code);
        Assert.Contains("InternalError", answer.Text, StringComparison.Ordinal);
        Assert.Contains(BreakingStore.Fault, answer.Text, StringComparison.Ordinal);
        await IsToldAsync($"GET {path}", "list", ["RequestReceived", "Panic"], word);
    }

    /// <summary>Components have no socket; to them it is as if one had broken.</summary>
    [Theory]
    [InlineData("list", "RequestReceived", "Panic")]
    [InlineData("watch", "RequestReceived", "ResponseStarted", "Panic")]
    public async Task A_component_of_the_process_sees_a_broken_connection(string verb, params string[] stages)
    {
        var transport = server.Api.Transport(new UserInfo("admin", [UserInfo.MastersGroup]));
        await MakeAsync(Straw);
        var broken = await Assert.ThrowsAsync<IOException>(async () =>
        {
            if (verb == "list") await transport.SendAsync(ApiRequest.Get(Maps), default);
            else await foreach (var _ in transport.StreamAsync(ApiRequest.Get($"{Maps}?watch=1&resourceVersion={server.Store.Revision - 1}"), default)) Assert.Fail("nothing was to come");
        });
        Assert.Equal($"the answer broke off: {BreakingStore.Fault}", broken.Message);
        await IsToldAsync($"GET {Maps}", verb, stages);
    }

    /// <summary>A controller's copy is there again when what broke is whole.</summary>
    [Fact]
    public async Task An_informer_of_the_process_goes_on()
    {
        var client = new KubeClient(server.Api.Transport(new UserInfo("admin", [UserInfo.MastersGroup])));
        var informer = new Informer<ConfigMap>(client, "default", ListOptions.All);
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        await informer.Synced.WaitAsync(TimeSpan.FromSeconds(10));
        await MakeAsync(Straw);
        for (var i = 0; i < 250 && log.IsEmpty; i++) await Task.Delay(20);
        Assert.NotEmpty(log);
        Assert.Equal(200, (await server.DeleteAsync($"{Maps}/{Straw}")).Code);
        store.IsWhole = true;
        await MakeAsync("after");
        await informer.UntilAsync(new("default", "after"), o => o is not null, TimeSpan.FromSeconds(20), default);
        Assert.NotNull(informer.Get(new("default", "after")));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    HttpClient Client(string version)
    {
        var http = server.Client();
        (http.DefaultRequestVersion, http.DefaultVersionPolicy) = (Version.Parse(version), HttpVersionPolicy.RequestVersionExact);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.AdminToken);
        return http;
    }

    async Task MakeAsync(string name, string data = "x")
    {
        var made = await server.PostAsync(Maps, $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"x":"{{{data}}}"}}""");
        Assert.True(made.Code == 201, made.Text);
    }

    // By the log, and by the audit log as a panic.
    async Task IsToldAsync(string request, string verb, string[] stages, string word = "broke off")
    {
        for (var i = 0; i < 250 && events.Count < stages.Length; i++) await Task.Delay(20);
        Assert.Equal(stages, events.Select(e => (string?)e["stage"]));
        var panic = events.Last();
        Assert.Equal((verb, "admin"), ((string?)panic["verb"], (string?)panic["user"]!["username"]));
        Assert.Equal($"APIServer panic'd: {BreakingStore.Fault}", (string?)panic["responseStatus"]!["message"]);
        Assert.Equal([$"Error: {request} {word}: {BreakingStore.Fault}"], log);
    }

    // Others are served as before; neither the seat of the list nor the count of the watch is left behind.
    async Task GoesOnAsync()
    {
        Assert.Equal(200, (await server.GetAsync("/api/v1/namespaces/default")).Code);
        var metrics = (await server.GetAsync("/metrics")).Text.Split('\n');
        var watches = metrics.Where(l => l.StartsWith("apiserver_longrunning_requests{", StringComparison.Ordinal) && l.Contains("resource=\"configmaps\"", StringComparison.Ordinal));
        var seats = metrics.Where(l => l.StartsWith("apiserver_flowcontrol_current_executing_seats{", StringComparison.Ordinal) && l.Contains("priority_level=\"exempt\"", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(seats);
        Assert.All(watches, l => Assert.EndsWith(" 0", l, StringComparison.Ordinal));
        // One is /metrics itself.
        Assert.True(seats.Sum(l => double.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)) <= 1, string.Join('\n', seats));
    }
}
