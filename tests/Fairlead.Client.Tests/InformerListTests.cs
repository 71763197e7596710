using System.Runtime.CompilerServices;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client.Caching;

namespace Fairlead.Client.Tests;

/// <summary>The first list, which comes in parts.</summary>
public sealed class InformerListTests
{
    [Fact]
    public async Task AllPartsOfAListAreOneCopy()
    {
        var parts = new Parts(["a", "b"], ["c", "d"], ["e"]);
        var informer = new Informer<ConfigMap>(parts);

        await RunAsync(informer, parts);

        Assert.Equal("a b c d e", string.Join(' ', informer.List().Select(o => o.Metadata.Name).Order()));
        Assert.Equal([null, "1", "2"], parts.Asked);
        Assert.Equal("7", parts.WatchedFrom);
    }

    [Fact]
    public async Task AListWhoseRevisionIsGoneBeginsAnew()
    {
        var parts = new Parts(["a", "b"], ["c"]) { ExpiresOnce = true };
        var informer = new Informer<ConfigMap>(parts);

        await RunAsync(informer, parts);

        Assert.Equal("a b c", string.Join(' ', informer.List().Select(o => o.Metadata.Name).Order()));
        Assert.Equal([null, "1", null, "1"], parts.Asked);
    }

    static async Task RunAsync(Informer<ConfigMap> informer, Parts parts)
    {
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        await informer.Synced.WaitAsync(TimeSpan.FromSeconds(10));
        await parts.Watched.WaitAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>Lists whose parts are given beforehand, and a watch that says nothing.</summary>
    sealed class Parts(params string[][] parts) : IListWatch<ConfigMap>
    {
        readonly TaskCompletionSource watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool expired;

        public bool ExpiresOnce { get; init; }

        public List<string?> Asked { get; } = [];

        public string? WatchedFrom { get; private set; }

        public Task Watched => watched.Task;

        public Task<ListPart<ConfigMap>> ListAsync(string? next, CancellationToken cancellation)
        {
            Asked.Add(next);
            if (next is not null && ExpiresOnce && !expired)
            {
                expired = true;
                return Task.FromException<ListPart<ConfigMap>>(new ApiException(new() { Code = 410, Reason = "Expired" }));
            }
            var part = next is null ? 0 : int.Parse(next);
            var items = parts[part].Select(name => new ConfigMap { Metadata = new() { Name = name, Namespace = "default", ResourceVersion = "5" }, Data = new Dictionary<string, string> { ["k"] = "v" } });
            return Task.FromResult(new ListPart<ConfigMap>(new() { ResourceVersion = "7", Continue = part + 1 < parts.Length ? $"{part + 1}" : null }, items.ToList().ForEach));
        }

        public async IAsyncEnumerable<WatchEvent<ConfigMap>> WatchAsync(string revision, [EnumeratorCancellation] CancellationToken cancellation)
        {
            WatchedFrom = revision;
            watched.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            yield break;
        }
    }
}
