using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Fairlead.Api.Core.V1;
using Fairlead.Client.Caching;

namespace Fairlead.Client.Tests;

/// <summary>Who follows a kind may read less of each object, in lists and in watches alike.</summary>
public class ItemReaderTests
{
    [Fact]
    public async Task ListAndWatchKeepWhatTheReaderReads()
    {
        var server = new Scripted();
        var informers = new InformerSet(new KubeClient(server));
        var (told, both) = (new List<string>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var informer = informers.Of<ConfigMap>(NamesAlone);
        informer.OnChange((_, now) =>
        {
            told.Add(now!.Metadata.Name!);
            Assert.Null(now.Data);
            if (told.Count == 2) both.TrySetResult();
        });
        Assert.Same(informer, informers.Of<ConfigMap>());
        Assert.Throws<InvalidOperationException>(() => informers.Of<ConfigMap>(NamesAlone));
        using var stop = new CancellationTokenSource();
        var running = informers.RunAsync(stop.Token);

        await both.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["listed", "watched"], told);
        Assert.All(informer.List(), map => Assert.Null(map.Data));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    static ConfigMap NamesAlone(ref Utf8JsonReader reader)
    {
        var metadata = Whole(ref reader).Metadata;
        return new() { Metadata = new() { Name = metadata.Name, ResourceVersion = metadata.ResourceVersion } };
    }

    static ConfigMap Whole(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, Api.Json.ApiJson.Info<ConfigMap>())!;

    sealed class Scripted : IApiTransport
    {
        public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation) => Task.FromResult(new ApiResponse(200, Encoding.UTF8.GetBytes(
            """{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"listed","resourceVersion":"5"},"data":{"k":"v"}}]}""")));

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return Encoding.UTF8.GetBytes("""{"type":"ADDED","object":{"metadata":{"name":"watched","resourceVersion":"8"},"data":{"k":"v"}}}""");
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }
}
