using System.Runtime.CompilerServices;
using System.Text.Json;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>The objects of one kind, as its records.</summary>
/// <param name="ns">Only this namespace; null for all.</param>
/// <param name="filter">Selectors that narrow the copy.</param>
/// <param name="read">Decodes an object; null for all of it.</param>
public sealed class KindListWatch<T>(KubeClient client, string? ns, ListOptions filter, ItemReader<T>? read = null) : IListWatch<T> where T : KubeObject
{
    // A watch is asked anew now and then, so that one that silently died is not waited on for ever.
    internal static readonly TimeSpan WatchTime = TimeSpan.FromMinutes(8);

    // Large enough that parts cost nothing, small enough that no part of a large cluster needs much memory at once.
    internal const int PartSize = 500;

    public async Task<ListPart<T>> ListAsync(string? next, CancellationToken cancellation)
    {
        var options = filter with { Limit = PartSize, Continue = next };
        var answer = await client.RawAsync(ApiRequest.Get(KindOf<T>.Path(ns) + options.Query), cancellation).ConfigureAwait(false);
        return new(ListReader.ReadMetadata(answer.Body), each => ListReader.ReadItems(answer.Body, read ?? Whole, each));
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(string revision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var options = filter with { Watch = true, ResourceVersion = revision, AllowWatchBookmarks = true, Timeout = WatchTime };
        await foreach (var document in client.Transport.StreamAsync(ApiRequest.Get(KindOf<T>.Path(ns) + options.Query), cancellation).ConfigureAwait(false))
        {
            yield return WatchEvent<T>.Read(document, read ?? Whole);
        }
    }

    // Items of a list may come without their type.
    static T Whole(ref Utf8JsonReader reader) => KindOf<T>.Stamp(ListReader.Decode<T>(ref reader));
}
