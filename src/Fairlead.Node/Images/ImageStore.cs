using Fairlead.Node.Cri;

namespace Fairlead.Node.Images;

/// <summary>An image in a node's containerd.</summary>
/// <param name="Id">Digest of its configuration, as sha256:….</param>
/// <param name="Tags">Whole references, sorted; none for an image that lost its last tag.</param>
/// <param name="Size">Bytes of its layers as they are stored.</param>
public sealed record StoredImage(string Id, IReadOnlyList<string> Tags, long Size);

/// <summary>The images of one node, as its kubelet sees them.</summary>
/// <param name="socketPath">containerd's socket.</param>
public sealed class ImageStore(string socketPath) : IDisposable
{
    readonly CriRuntime runtime = new(socketPath);

    /// <summary>Every image of the node, in the order of their ids.</summary>
    /// <exception cref="CriException">containerd refuses.</exception>
    /// <exception cref="HttpRequestException">containerd does not answer.</exception>
    public async Task<IReadOnlyList<StoredImage>> ListAsync(CancellationToken cancellation)
    {
        var images = await runtime.ListImagesAsync(cancellation).ConfigureAwait(false);
        return [.. images.OrderBy(i => i.Id, StringComparer.Ordinal).Select(i => new StoredImage(i.Id, [.. i.RepoTags.Order(StringComparer.Ordinal)], (long)i.Size))];
    }

    public void Dispose() => runtime.Dispose();
}
