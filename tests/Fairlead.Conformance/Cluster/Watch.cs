using System.Threading.Channels;

namespace Fairlead.Conformance.Cluster;

/// <summary>One open watch: its events in their order, each waited for at most so long.</summary>
public sealed class Watch : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Channel<JsonObject> events = Channel.CreateUnbounded<JsonObject>();
    readonly HttpResponseMessage response;
    readonly CancellationTokenSource stop = new();
    readonly Task reading;

    Watch(HttpResponseMessage response)
    {
        this.response = response;
        reading = ReadAsync();
    }

    /// <summary>Asks, and returns when the server has begun to answer.</summary>
    public static async Task<Watch> OpenAsync(TestServer server, string pathAndQuery, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pathAndQuery);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        return new Watch(response);
    }

    /// <summary>The next event; null if the watch ended or nothing came in time.</summary>
    public async Task<JsonObject?> TryNextAsync(TimeSpan within)
    {
        using var bound = new CancellationTokenSource(within > TimeSpan.Zero ? within : TimeSpan.Zero);
        try { return await events.Reader.ReadAsync(bound.Token); }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException) { return null; }
    }

    /// <summary>The next event.</summary>
    public async Task<JsonObject> NextAsync() =>
        await TryNextAsync(Patience) ?? throw new TimeoutException("no event came");

    /// <summary>The next event, which must be of the type, and its object.</summary>
    public async Task<JsonObject> NextAsync(string type)
    {
        var next = await NextAsync();
        Assert.Equal(type, next.Text("type"));
        return next["object"]!.AsObject();
    }

    /// <summary>The object of the first event from here on that is of the type and meets the condition.</summary>
    public async Task<JsonObject> UntilAsync(string type, Func<JsonObject, bool>? condition = null)
    {
        while (true)
        {
            var next = await NextAsync();
            if (next.Text("type") == type && (condition is null || condition(next["object"]!.AsObject()))) return next["object"]!.AsObject();
        }
    }

    /// <summary>All events up to the end of the watch.</summary>
    public async Task<IReadOnlyList<JsonObject>> RestAsync()
    {
        var rest = new List<JsonObject>();
        using var bound = new CancellationTokenSource(Patience);
        await foreach (var e in events.Reader.ReadAllAsync(bound.Token)) rest.Add(e);
        return rest;
    }

    async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop.Token));
            while (await reader.ReadLineAsync(stop.Token) is { } line) events.Writer.TryWrite(JsonNode.Parse(line)!.AsObject());
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException) { }
        events.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        response.Dispose();
        await reading;
        stop.Dispose();
    }
}
