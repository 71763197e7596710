using System.Net;
using Fairlead.Json;

namespace Fairlead.Server.Tests;

/// <summary>Many watches on one HTTP/2 connection, as client-go makes them.</summary>
[Collection(nameof(TestServer))]
public sealed class SharedConnectionTests(TestServer server)
{
    const int Watches = 20, Objects = 100;

    [Fact]
    public async Task Every_watch_has_every_event_whole_though_one_is_read_slowly()
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("shared")}/configmaps";
        using var client = Client();
        var from = (await server.GetAsync(path)).Revision;
        // Longer than a frame and than a record.
        var text = string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i},"));
        var watches = Enumerable.Range(0, Watches).Select(i => NamesAsync(client, $"{path}?watch=1&resourceVersion={from}", text, i == 0 ? 5 : 0)).ToArray();
        for (var i = 0; i < Objects; i++) await server.PostAsync(path, $$$"""{"metadata":{"name":"m{{{i}}}"},"data":{"text":"{{{text}}}"}}""");
        var expected = Enumerable.Range(0, Objects).Select(i => $"m{i}");
        Assert.All(await Task.WhenAll(watches), names => Assert.Equal(expected, names));
    }

    [Fact]
    public async Task Watches_end_with_their_connection_while_events_are_on_their_way()
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync("cut")}/secrets";
        async Task<int> OpenAsync() =>
            (await server.GetAsync("/metrics")).Text.Split('\n').Count(line => line.StartsWith("apiserver_longrunning_requests{") && line.Contains("\"secrets\"") && !line.EndsWith(" 0"));
        Assert.Equal(0, await OpenAsync());
        using (var client = Client())
        {
            // Kept until their connection is cut: an answer that nobody holds is given up by its finalizer.
            var answers = new List<HttpResponseMessage>();
            for (var i = 0; i < Watches; i++) answers.Add(await client.GetAsync($"{path}?watch=1", HttpCompletionOption.ResponseHeadersRead));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
            Assert.Equal(1, await OpenAsync());
            // Nobody reads them, and they are more than the connection's buffers take.
            for (var i = 0; i < 20; i++) await server.PostAsync(path, $$$"""{"metadata":{"name":"s{{{i}}}"},"stringData":{"text":"{{{new string('x', 200_000)}}}"}}""");
            GC.KeepAlive(answers);
        }
        for (var i = 0; await OpenAsync() > 0; i++)
        {
            Assert.True(i < 100, "watches were open 10 s after their connection was cut");
            await Task.Delay(100);
        }
    }

    HttpClient Client()
    {
        var client = server.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", TestServer.AdminToken);
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return client;
    }

    static async Task<List<string>> NamesAsync(HttpClient client, string watch, string text, int pause)
    {
        using var response = await client.GetAsync(watch, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpVersion.Version20, response.Version);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var names = new List<string>();
        while (names.Count < Objects && await reader.ReadLineAsync() is { } line)
        {
            var obj = JsonNode.Parse(line)!["object"]!;
            Assert.Equal(text, (string?)obj["data"]!["text"]);
            names.Add((string)obj["metadata"]!["name"]!);
            if (pause > 0) await Task.Delay(pause);
        }
        return names;
    }
}
