using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Json;
using Fairlead.Node.Configs;

namespace Fairlead.Node.Variables;

/// <summary>Reads the ConfigMaps and Secrets that Pods of this node refer to.</summary>
interface IReferencedObjects
{
    /// <summary>The object, or null when there is none.</summary>
    Task<ConfigMap?> ConfigMapAsync(string ns, string name, CancellationToken cancellation);

    /// <summary>The object, or null when there is none.</summary>
    Task<Secret?> SecretAsync(string ns, string name, CancellationToken cancellation);
}

/// <summary>What the downward API says of the node.</summary>
sealed record NodeFacts(string Name, string Address, long CpuMilli, long MemoryBytes);

/// <summary>
/// Makes a container's environment: Service variables, then envFrom, then env in order, later ones replacing earlier ones of
/// the same name; a value may refer to those before it.
/// </summary>
sealed class ContainerEnvironment(IReferencedObjects references, NodeFacts node)
{
    /// <exception cref="ContainerConfigException">A ConfigMap, Secret or key that is not optional is missing.</exception>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> MakeAsync(
        Pod pod, Container container, IReadOnlyList<KeyValuePair<string, string>> serviceVariables, CancellationToken cancellation)
    {
        var result = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var services = serviceVariables.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (key, value) in await FromAsync(pod, source, cancellation).ConfigureAwait(false)) result[source.Prefix + key] = value;
        }
        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom is { } from
                ? await ValueFromAsync(pod, container, from, cancellation).ConfigureAwait(false)
                : VariableExpansion.Expand(variable.Value ?? "", name => result.TryGetValue(name, out var known) ? known : services.GetValueOrDefault(name));
            if (value is not null) result[variable.Name] = value;
        }
        foreach (var (name, value) in services) result.TryAdd(name, value);
        return [.. result];
    }

    async Task<IEnumerable<KeyValuePair<string, string>>> FromAsync(Pod pod, EnvFromSource source, CancellationToken cancellation)
    {
        var ns = pod.Metadata.Namespace!;
        if (source.ConfigMapRef is { } map)
        {
            var found = await references.ConfigMapAsync(ns, map.Name ?? "", cancellation).ConfigureAwait(false);
            if (found is null && map.Optional != true) throw new ContainerConfigException($"configmap \"{map.Name}\" not found");
            return found?.Data ?? Enumerable.Empty<KeyValuePair<string, string>>();
        }
        if (source.SecretRef is { } secret)
        {
            var found = await references.SecretAsync(ns, secret.Name ?? "", cancellation).ConfigureAwait(false);
            if (found is null && secret.Optional != true) throw new ContainerConfigException($"secret \"{secret.Name}\" not found");
            return (found?.Data ?? new Dictionary<string, string>()).Select(p => KeyValuePair.Create(p.Key, Text(p.Value)));
        }
        return [];
    }

    // Null: the variable is left out.
    async Task<string?> ValueFromAsync(Pod pod, Container container, EnvVarSource from, CancellationToken cancellation)
    {
        var ns = pod.Metadata.Namespace!;
        if (from.FieldRef is { } field) return FieldPaths.Field(pod, field.FieldPath, node.Name, node.Address);
        if (from.ResourceFieldRef is { } resource) return FieldPaths.Resource(pod, container, resource, node.CpuMilli, node.MemoryBytes);
        if (from.ConfigMapKeyRef is { } mapKey)
        {
            var map = await references.ConfigMapAsync(ns, mapKey.Name ?? "", cancellation).ConfigureAwait(false);
            if (map is null) return mapKey.Optional == true ? null : throw new ContainerConfigException($"configmap \"{mapKey.Name}\" not found");
            return map.Data?.GetValueOrDefault(mapKey.Key)
                ?? (mapKey.Optional == true ? null : throw new ContainerConfigException($"couldn't find key {mapKey.Key} in ConfigMap {ns}/{mapKey.Name}"));
        }
        if (from.SecretKeyRef is { } secretKey)
        {
            var secret = await references.SecretAsync(ns, secretKey.Name ?? "", cancellation).ConfigureAwait(false);
            if (secret is null) return secretKey.Optional == true ? null : throw new ContainerConfigException($"secret \"{secretKey.Name}\" not found");
            return secret.Data?.GetValueOrDefault(secretKey.Key) is { } value ? Text(value)
                : secretKey.Optional == true ? null : throw new ContainerConfigException($"couldn't find key {secretKey.Key} in Secret {ns}/{secretKey.Name}");
        }
        return "";
    }

    static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
