using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Json;
using Fairlead.Node.References;
using Fairlead.Node.Variables;

namespace Fairlead.Node.Volumes;

/// <summary>The files of volumes that are made from objects of the API.</summary>
sealed class VolumeContents(ReferencedObjects references, ServiceAccountTokens tokens, NodeFacts node)
{
    /// <summary>The files of a volume, or null if the volume is of no such sort.</summary>
    /// <exception cref="VolumeException">An object or key that is not optional is missing.</exception>
    public async Task<IReadOnlyDictionary<string, VolumeFile>?> ReadAsync(Pod pod, Volume volume, CancellationToken cancellation)
    {
        var files = new Dictionary<string, VolumeFile>(StringComparer.Ordinal);
        if (volume.ConfigMap is { } map)
            await ConfigMapAsync(pod, map.Name, map.Items, map.Optional, map.DefaultMode, files, cancellation).ConfigureAwait(false);
        else if (volume.Secret is { } secret)
            await SecretAsync(pod, secret.SecretName, secret.Items, secret.Optional, secret.DefaultMode, files, cancellation).ConfigureAwait(false);
        else if (volume.DownwardAPI is { } downward)
            Downward(pod, downward.Items, downward.DefaultMode, files);
        else if (volume.Projected is { } projected)
            foreach (var source in projected.Sources ?? []) await ProjectAsync(pod, source, projected.DefaultMode, files, cancellation).ConfigureAwait(false);
        else
            return null;
        return files;
    }

    async Task ProjectAsync(Pod pod, VolumeProjection source, int? mode, Dictionary<string, VolumeFile> files, CancellationToken cancellation)
    {
        if (source.ConfigMap is { } map) await ConfigMapAsync(pod, map.Name, map.Items, map.Optional, mode, files, cancellation).ConfigureAwait(false);
        if (source.Secret is { } secret) await SecretAsync(pod, secret.Name, secret.Items, secret.Optional, mode, files, cancellation).ConfigureAwait(false);
        if (source.DownwardAPI is { } downward) Downward(pod, downward.Items, mode, files);
        if (source.ServiceAccountToken is { } token)
        {
            var text = await tokens.GetAsync(pod, token.Audience, token.ExpirationSeconds ?? 3600, cancellation).ConfigureAwait(false);
            Put(pod, token.Path, Encoding.UTF8.GetBytes(text), null, mode, files);
        }
        if (source.ClusterTrustBundle is not null) throw new VolumeException("projected clusterTrustBundle sources are not supported");
    }

    async Task ConfigMapAsync(
        Pod pod, string? name, IReadOnlyList<KeyToPath>? items, bool? optional, int? mode, Dictionary<string, VolumeFile> files, CancellationToken cancellation)
    {
        var map = await references.For(pod.Metadata.Uid!).ConfigMapAsync(pod.Metadata.Namespace!, name ?? "", cancellation).ConfigureAwait(false);
        if (map is null && optional != true) throw new VolumeException($"configmap \"{name}\" not found");
        var data = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in map?.Data ?? new Dictionary<string, string>()) data[key] = Encoding.UTF8.GetBytes(value);
        foreach (var (key, value) in map?.BinaryData ?? new Dictionary<string, string>()) data[key] = Convert.FromBase64String(value);
        Choose(pod, data, items, optional, mode, files);
    }

    async Task SecretAsync(
        Pod pod, string? name, IReadOnlyList<KeyToPath>? items, bool? optional, int? mode, Dictionary<string, VolumeFile> files, CancellationToken cancellation)
    {
        var secret = await references.For(pod.Metadata.Uid!).SecretAsync(pod.Metadata.Namespace!, name ?? "", cancellation).ConfigureAwait(false);
        if (secret is null && optional != true) throw new VolumeException($"secret \"{name}\" not found");
        var data = (secret?.Data ?? new Dictionary<string, string>()).ToDictionary(p => p.Key, p => Convert.FromBase64String(p.Value), StringComparer.Ordinal);
        Choose(pod, data, items, optional, mode, files);
    }

    void Downward(Pod pod, IReadOnlyList<DownwardAPIVolumeFile>? items, int? mode, Dictionary<string, VolumeFile> files)
    {
        foreach (var item in items ?? [])
        {
            var text = item.FieldRef is { } field ? FieldPaths.Field(pod, field.FieldPath, node.Name, node.Address)
                : item.ResourceFieldRef is { } resource ? FieldPaths.Resource(pod, null, resource, node.CpuMilli, node.MemoryBytes)
                : "";
            Put(pod, item.Path, Encoding.UTF8.GetBytes(text), item.Mode, mode, files);
        }
    }

    // All keys, or those that items name, under the paths they name.
    static void Choose(
        Pod pod, Dictionary<string, byte[]> data, IReadOnlyList<KeyToPath>? items, bool? optional, int? mode, Dictionary<string, VolumeFile> files)
    {
        if (items is null or { Count: 0 })
        {
            foreach (var (key, value) in data) Put(pod, key, value, null, mode, files);
            return;
        }
        foreach (var item in items)
        {
            if (data.TryGetValue(item.Key, out var value)) Put(pod, item.Path, value, item.Mode, mode, files);
            else if (optional != true) throw new VolumeException($"references non-existent config key: {item.Key}");
        }
    }

    static void Put(Pod pod, string path, byte[] content, int? itemMode, int? mode, Dictionary<string, VolumeFile> files)
    {
        // Validation forbids these; a path out of the volume must not depend on it alone.
        if (path.StartsWith('/') || path.Split('/').Any(part => part is ".." or "")) throw new VolumeException($"invalid path \"{path}\"");
        files[path] = new(content, VolumeModes.Of(itemMode, mode, pod.Spec?.SecurityContext?.FsGroup is not null));
    }
}
