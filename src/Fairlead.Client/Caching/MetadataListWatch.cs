using System.Runtime.CompilerServices;
using Fairlead.Api.Meta.V1;
using Fairlead.Client.Discovery;

namespace Fairlead.Client.Caching;

/// <summary>The metadata of all objects of a resource that is known only by name: for what treats all kinds alike.</summary>
public sealed class MetadataListWatch(KubeClient client, ApiResourceName resource) : IListWatch<PartialObjectMetadata>
{
    public async Task<ListPart<PartialObjectMetadata>> ListAsync(string? next, CancellationToken cancellation)
    {
        var options = new ListOptions { Limit = KindListWatch<PartialObjectMetadata>.PartSize, Continue = next };
        var answer = await client.RawAsync(ApiRequest.Get(resource.Path(null) + options.Query), cancellation).ConfigureAwait(false);
        return new(ListReader.ReadMetadata(answer.Body), each => ListReader.ReadItems<PartialObjectMetadata>(answer.Body, ListReader.Decode<PartialObjectMetadata>, item => each(Name(item))));
    }

    public async IAsyncEnumerable<WatchEvent<PartialObjectMetadata>> WatchAsync(
        string revision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var options = new ListOptions { Watch = true, ResourceVersion = revision, AllowWatchBookmarks = true, Timeout = KindListWatch<PartialObjectMetadata>.WatchTime };
        await foreach (var document in client.Transport.StreamAsync(ApiRequest.Get(resource.Path(null) + options.Query), cancellation).ConfigureAwait(false))
        {
            var change = WatchEvent<PartialObjectMetadata>.Read(document, ListReader.Decode<PartialObjectMetadata>);
            yield return change with { Object = Name(change.Object) };
        }
    }

    // Items of a list may come without their type.
    PartialObjectMetadata Name(PartialObjectMetadata obj) => obj with { ApiVersion = resource.ApiVersion, Kind = resource.Kind };
}
