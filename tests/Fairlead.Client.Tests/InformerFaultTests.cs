using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Client.Caching;

namespace Fairlead.Client.Tests;

/// <summary>What an informer makes of answers that it can't decode (client-go's Reflector: say it, and list again after a pause).</summary>
public sealed class InformerFaultTests
{
    const string Bad = """{"metadata":{"name":"bad","resourceVersion":"8"},"data":[]}""", Mended = """{"metadata":{"name":"bad","resourceVersion":"8"},"data":{"k":"v"}}""";

    [Theory]
    [InlineData("""{"type":"ADDED","object":BAD}""", "The JSON value could not be converted to ")]
    [InlineData("""{"type":"ADDED","object":null}""", "an object with metadata is expected")]
    [InlineData("""{"type":"ADDED","object":{"metadata":null}}""", "an object with metadata is expected")]
    [InlineData("""{"type":"ADDED"}""", "a watch event without object")]
    [InlineData("""{"type":"RENAMED","object":{"metadata":{"name":"bad"}}}""", "got invalid watch event type: RENAMED")]
    [InlineData("""{"type":0,"object":{"metadata":{"name":"bad"}}}""", "a watch event whose type is no string")]
    [InlineData("""{"type":"ERROR","object":null}""", "an ERROR event without Status")]
    [InlineData("[]", "got invalid watch event type: ")]
    [InlineData("<html>", "'<' is an invalid start of a value.")]
    public async Task An_event_that_is_none_is_said_and_the_list_is_read_again(string document, string why)
    {
        var server = new Scripted { Lists = { "7", "8" }, Event = document.Replace("BAD", Bad, StringComparison.Ordinal) };

        await RunAsync(server, "bad");

        Assert.StartsWith($"watch of ConfigMap ended with: unable to decode an event from the watch stream: {why}", Assert.Single(server.Log), StringComparison.Ordinal);
        // The watch from 7 would bring the same event for ever.
        Assert.Equal(["7", "8"], server.WatchedFrom);
    }

    [Fact]
    public async Task A_list_that_is_none_is_said_once_and_asked_for_until_it_is_one()
    {
        var server = new Scripted { Lists = { "", "", "", "8" } };

        await RunAsync(server, "bad");

        Assert.StartsWith("failed to list ConfigMap: The JSON value could not be converted to ", Assert.Single(server.Log), StringComparison.Ordinal);
        Assert.Equal(["8"], server.WatchedFrom);
        var pauses = server.ListedAt.Zip(server.ListedAt.Skip(1), (one, next) => next - one).ToList();
        Assert.True(pauses[0] >= TimeSpan.FromMilliseconds(45) && pauses[1] >= TimeSpan.FromMilliseconds(90) && pauses[2] >= TimeSpan.FromMilliseconds(180), string.Join(' ', pauses));
    }

    [Fact]
    public async Task What_is_wrong_again_after_a_whole_list_is_said_again()
    {
        var server = new Scripted { Lists = { "7", "7", "8" }, Event = """{"type":"RENAMED"}""", BadWatches = 2 };

        await RunAsync(server, "bad");

        Assert.Equal(2, server.Log.Count);
        Assert.Equal(["7", "7", "8"], server.WatchedFrom);
    }

    // Until the object is in the copy, and the watch stands behind it.
    static async Task RunAsync(Scripted server, string name)
    {
        var informer = new Informer<ConfigMap>(new KubeClient(server), server.Log.Enqueue);
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        var stands = await Task.WhenAny(server.Stands.WaitAsync(TimeSpan.FromSeconds(10)), running);
        await stands;
        Assert.Equal("v", informer.Get(new("default", name))?.Data?["k"]);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>A server that sends what it is told.</summary>
    sealed class Scripted : IApiTransport
    {
        readonly TaskCompletionSource stands = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The revision of each list; empty: a list that can't be decoded. Of 8 and later the object is whole.</summary>
        public List<string> Lists { get; } = [];

        /// <summary>What the first watches bring.</summary>
        public string? Event { get; init; }

        public int BadWatches { get; init; } = 1;

        public ConcurrentQueue<string> Log { get; } = [];

        public List<string?> WatchedFrom { get; } = [];

        public List<TimeSpan> ListedAt { get; } = [];

        /// <summary>Completes with the first watch that brings nothing.</summary>
        public Task Stands => stands.Task;

        public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
        {
            var revision = Lists[ListedAt.Count];
            ListedAt.Add(TimeSpan.FromMilliseconds(Environment.TickCount64));
            var items = revision switch { "" => Bad, "7" => "", _ => Mended };
            items = items.Replace("\"name\":", "\"namespace\":\"default\",\"name\":", StringComparison.Ordinal);
            return Task.FromResult(new ApiResponse(200, Encoding.UTF8.GetBytes($$$"""{"metadata":{"resourceVersion":"{{{revision}}}"},"items":[{{{items}}}]}""")));
        }

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            WatchedFrom.Add(request.PathAndQuery.Split('?', '&').Single(p => p.StartsWith("resourceVersion=", StringComparison.Ordinal))["resourceVersion=".Length..]);
            if (Event is not null && WatchedFrom.Count <= BadWatches) yield return Encoding.UTF8.GetBytes(Event);
            else stands.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }
}
