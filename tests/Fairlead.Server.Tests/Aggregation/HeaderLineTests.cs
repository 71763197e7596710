using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Server.Aggregation;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>What stands on the wire for a user with several groups.</summary>
public sealed class HeaderLineTests
{
    [Theory]
    [InlineData(new[] { "one" }, "X-Remote-Group: one\r\n")]
    [InlineData(new[] { "dev, ops", "qa", "süd" }, "X-Remote-Group: dev, ops\r\nX-Remote-Group: qa\r\nX-Remote-Group: süd\r\n")]
    [InlineData(new[] { "", "b" }, "X-Remote-Group: \r\nX-Remote-Group: b\r\n")]
    public async Task Each_value_has_a_line_of_its_own(string[] groups, string wanted)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var head = HeadAsync(listener);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { RequestHeaderEncodingSelector = (header, _) => FrontProxyHeaders.EncodingOf(header) });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        request.Headers.TryAddWithoutValidation("X-Other", ["a", "b"]);
        FrontProxyHeaders.Set(request, new UserInfo("jane", groups, "u-1") { Extra = new Dictionary<string, IReadOnlyList<string>> { ["Example.org/a b"] = ["x", "y"] } });
        using var answer = await http.SendAsync(request, CancellationToken.None);
        var sent = await head;
        Assert.Contains("\r\nX-Remote-User: jane\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Remote-Uid: u-1\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("\r\n" + wanted, sent, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Remote-Extra-example.org%2Fa%20b: x\r\nX-Remote-Extra-example.org%2Fa%20b: y\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Other: a, b\r\n", sent, StringComparison.Ordinal);
        Assert.Equal(2 + groups.Length + 2, sent.Split("\r\nX-Remote-").Length - 1);
    }

    [Theory]
    [InlineData("X-Remote-User", true)]
    [InlineData("x-remote-extra-scopes", true)]
    [InlineData("X-Remote-Uid", true)]
    [InlineData("authorization", true)]
    [InlineData("Impersonate-User", true)]
    [InlineData("X-Forwarded-For", false)]
    [InlineData("Accept", false)]
    public void What_names_a_user_is_withheld(string header, bool withheld) => Assert.Equal(withheld, FrontProxyHeaders.Withheld(header));

    static async Task<string> HeadAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var (text, buffer) = ("", new byte[4096]);
        while (!text.Contains("\r\n\r\n", StringComparison.Ordinal)) text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray());
        return text;
    }
}
