using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Server.Tests.Access;

/// <summary>Requests that no client makes by mistake, byte for byte.</summary>
[Collection(nameof(TestServer))]
public sealed class HostileRequestTests(TestServer server)
{
    async Task<SslStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls;
    }

    /// <summary>All that is answered until the server closes, or the body that its length announces is there.</summary>
    async Task<string> SayAsync(string request)
    {
        await using var tls = await ConnectAsync();
        await tls.WriteAsync(Encoding.Latin1.GetBytes(request.ReplaceLineEndings("\r\n")));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (text, buffer) = (new StringBuilder(), new byte[65536]);
        while (await tls.ReadAsync(buffer, bound.Token) is > 0 and var count) text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return text.ToString();
    }

    Task<string> GetAsync(string path, string headers = "") => SayAsync($"GET {path} HTTP/1.1\nHost: x\nConnection: close\n{headers}\n");

    static int Code(string answer) => answer.Length == 0 ? 0 : int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("/api/v1/namespaces/NS/configmaps/../secrets/hidden")]
    [InlineData("/api/v1/namespaces/NS/configmaps/%2e%2e/secrets/hidden")]
    [InlineData("/api/v1/namespaces/NS/configmaps/..%2fsecrets%2fhidden")]
    [InlineData("/api/v1/namespaces/NS/configmaps/open%2f..%2f..%2fsecrets%2fhidden")]
    [InlineData("/api/v1/namespaces/NS/configmaps/open/../../secrets/hidden")]
    [InlineData("//api/v1/namespaces/NS/secrets/hidden")]
    [InlineData("/api//v1/namespaces/NS//secrets/hidden")]
    [InlineData("/API/v1/namespaces/NS/secrets/hidden")]
    [InlineData("/api/v1/namespaces/NS/secrets/hidden/")]
    [InlineData("/api/v1/namespaces/NS/secrets/hidden%00")]
    [InlineData("/api/v1/namespaces/NS/secrets?fieldSelector=metadata.name%3Dopen")]
    [InlineData("/api/v1/watch/namespaces/NS/secrets/hidden")]
    [InlineData("/healthz/../api/v1/namespaces/NS/secrets/hidden")]
    [InlineData("/version/..%2fapi/v1/namespaces/NS/secrets/hidden")]
    [InlineData("https://elsewhere/api/v1/namespaces/NS/secrets/hidden")]
    public async Task No_way_of_writing_a_path_leads_around_the_roles(string path)
    {
        var ns = await server.NamespaceAsync("hidden");
        await server.PostAsync($"/api/v1/namespaces/{ns}/secrets", """{"metadata":{"name":"hidden"},"stringData":{"a":"TheSecret"}}""");
        await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"name":"open"}}""");
        var rbac = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}";
        await server.PostAsync($"{rbac}/roles", """{"metadata":{"name":"r"},"rules":[{"verbs":["*"],"apiGroups":[""],"resources":["configmaps"]}]}""");
        await server.PostAsync($"{rbac}/rolebindings", """{"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"system:anonymous"}]}""");
        Assert.Equal(200, Code(await GetAsync($"/api/v1/namespaces/{ns}/configmaps/open")));
        var answer = await GetAsync(path.Replace("NS", ns, StringComparison.Ordinal));
        Assert.Contains(Code(answer), (int[])[400, 403, 404]);
        Assert.DoesNotContain("VGhlU2VjcmV0", answer); // the Secret's value, as stored
    }

    [Theory]
    [InlineData("X-Remote-User: admin\nX-Remote-Group: system:masters\n", 403)]
    [InlineData("Impersonate-User: admin\n", 403)]
    [InlineData("X-Forwarded-User: admin\nX-Original-URL: /version\n", 403)]
    [InlineData("Authorization: Bearer \n", 401)]
    [InlineData("Authorization: Basic YWRtaW46YWRtaW4=\n", 401)]
    [InlineData("Authorization: Bearer admin-token\nAuthorization: Bearer other\n", 401)]
    [InlineData("Content-Length: 5\nContent-Length: 6\n", 400)]
    [InlineData("Transfer-Encoding: xchunked\n", 400)]
    public async Task Headers_make_nobody_someone(string headers, int code) => Assert.Equal(code, Code(await GetAsync("/api/v1/nodes", headers)));

    [Fact]
    public async Task A_head_without_end_is_refused()
    {
        // Just above the limits: what is still on its way when the server closes takes the answer with it.
        Assert.Equal(431, Code(await GetAsync("/api/v1/nodes", $"X-Long: {new string('x', 32 * 1024)}\n")));
        Assert.Equal(414, Code(await GetAsync($"/api/v1/nodes?a={new string('x', 8 * 1024)}")));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        var waited = Stopwatch.StartNew();
        var answer = await SayAsync("POST /api/v1/namespaces/default/configmaps HTTP/1.1\nHost: x\nConnection: close\nAuthorization: Bearer admin-token\nContent-Type: application/json\nContent-Length: 1000\n\n{");
        Assert.Equal(504, Code(answer));
        Assert.Contains("\"message\":\"the body of the request did not come within 2 s; nothing was changed: send it again, whole\"", answer);
        Assert.InRange(waited.Elapsed.TotalSeconds, 1.5, 15);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"metadata\":")]
    public async Task A_body_that_comes_late_is_waited_for(string begin)
    {
        var ns = await server.NamespaceAsync("late");
        var body = """{"metadata":{"name":"late"}}""";
        await using var tls = await ConnectAsync();
        await tls.WriteAsync(Encoding.Latin1.GetBytes($"POST /api/v1/namespaces/{ns}/configmaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin-token\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{begin}"));
        await Task.Delay(200);
        await tls.WriteAsync(Encoding.Latin1.GetBytes(body[begin.Length..]));
        Assert.Equal(201, Code(await ReadHeadAsync(tls)));
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_is_refused_before_its_end()
    {
        await using var tls = await ConnectAsync();
        await tls.WriteAsync("POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin-token\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        var chunk = Encoding.Latin1.GetBytes($"10000\r\n{new string(' ', 65536)}\r\n");
        var answered = ReadHeadAsync(tls);
        for (var sent = 0; sent < 200 && !answered.IsCompleted; sent++)
        {
            try { await tls.WriteAsync(chunk); }
            catch (IOException) { break; }
        }
        Assert.Equal(413, Code(await answered));
    }

    static async Task<string> ReadHeadAsync(SslStream tls)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[4096];
        return Encoding.Latin1.GetString(buffer, 0, await tls.ReadAsync(buffer, bound.Token));
    }
}
