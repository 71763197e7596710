namespace Fairlead.Server.Tests.Listen.Frames;

/// <summary>Watches over HTTP/2 by clients that grant little, told by the frames that they get.</summary>
[Collection(nameof(TestServer))]
public sealed class SharedWindowTests(TestServer server)
{
    const int FirstWindow = 65_535;

    [Theory]
    // A connection whose client grants no more than every connection has is left to Kestrel.
    [InlineData(0)]
    [InlineData(10_000_000)]
    public async Task A_watch_sends_what_its_stream_has_room_for_and_goes_on_when_there_is_more(int connectionGrant)
    {
        const int streamWindow = 3000;
        var path = await CollectionAsync("room", objects: 12);
        await using var client = await FrameClient.ConnectAsync(server, streamWindow, connectionGrant);
        await client.AskAsync(1, $"{path}?watch=1");
        Assert.Equal(streamWindow, await client.DataAsync(1, streamWindow));
        await client.NothingFollowsAsync(1);
        await client.GrantAsync(1, 1234);
        Assert.Equal(streamWindow + 1234, await client.DataAsync(1, streamWindow + 1234));
        await client.NothingFollowsAsync(1);
        // The other stream has room of its own.
        await client.AskAsync(3, $"{path}?watch=1");
        Assert.Equal(streamWindow, await client.DataAsync(3, streamWindow));
        // And what all streams begin with may be raised.
        await client.BeginWithAsync(streamWindow + 500);
        Assert.Equal(streamWindow + 1734, await client.DataAsync(1, streamWindow + 1734));
        Assert.Equal(streamWindow + 500, await client.DataAsync(3, streamWindow + 500));
        Assert.StartsWith("{\"type\":\"ADDED\",\"object\":{", client.Text(1));
        Assert.StartsWith(client.Text(3), client.Text(1));
    }

    [Fact]
    public async Task Room_that_comes_before_the_head_of_the_answer_counts()
    {
        var path = await CollectionAsync("early", objects: 4);
        await using var client = await FrameClient.ConnectAsync(server, streamWindow: 0, connectionGrant: 10_000_000);
        await client.AskAsync(1, $"{path}?watch=1", grant: 700);
        Assert.Equal(700, await client.DataAsync(1, 700));
        await client.NothingFollowsAsync(1);
    }

    [Fact]
    public async Task Watches_and_answers_share_the_connections_window()
    {
        var path = await CollectionAsync("both", objects: 100);
        // Half of what is granted is the watch's, and Kestrel has what every connection begins with besides.
        const int grant = 200_000;
        await using var client = await FrameClient.ConnectAsync(server, streamWindow: 10_000_000, grant);
        await client.AskAsync(1, $"{path}?watch=1");
        Assert.Equal(grant / 2, await client.DataAsync(1, grant / 2));
        await client.NothingFollowsAsync(1);
        await client.AskAsync(3, path);
        Assert.Equal(FirstWindow + grant / 2, await client.DataAsync(3, FirstWindow + grant / 2));
        await client.NothingFollowsAsync(3);
        // Kestrel is given back what it sent, before the watch is.
        await client.GrantAsync(0, FirstWindow + grant / 2 + 1000);
        Assert.Equal(grant / 2 + 1000, await client.DataAsync(1, grant / 2 + 1000));
        await client.NothingFollowsAsync(1);
    }

    [Fact]
    public async Task A_watch_that_its_client_resets_leaves_the_others_alone()
    {
        var path = await CollectionAsync("reset", objects: 12);
        await using var client = await FrameClient.ConnectAsync(server, streamWindow: 2000, connectionGrant: 10_000_000);
        foreach (var stream in (int[])[1, 3]) await client.AskAsync(stream, $"{path}?watch=1");
        foreach (var stream in (int[])[1, 3]) Assert.Equal(2000, await client.DataAsync(stream, 2000));
        await client.ResetAsync(1);
        await client.GrantAsync(3, 2000);
        Assert.Equal(4000, await client.DataAsync(3, 4000));
        Assert.Equal(2000, client.Received(1));
    }

    [Fact]
    public async Task A_watch_that_is_over_ends_after_its_last_event()
    {
        var path = await CollectionAsync("over", objects: 12);
        await using var client = await FrameClient.ConnectAsync(server, streamWindow: 1_000_000, connectionGrant: 10_000_000);
        await client.AskAsync(1, $"{path}?watch=1&timeoutSeconds=1");
        await client.EndAsync(1);
        Assert.Equal(12, client.Text(1).Count(c => c == '\n'));
        Assert.EndsWith("}\n", client.Text(1));
    }

    /// <summary>Of some kilobytes each.</summary>
    async Task<string> CollectionAsync(string name, int objects)
    {
        var path = $"/api/v1/namespaces/{await server.NamespaceAsync(name)}/configmaps";
        for (var i = 0; i < objects; i++) await server.PostAsync(path, $$$"""{"metadata":{"name":"m{{{i}}}"},"data":{"text":"{{{new string('x', 4000)}}}"}}""");
        return path;
    }
}
