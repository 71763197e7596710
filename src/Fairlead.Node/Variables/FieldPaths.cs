using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Node.Configs;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Variables;

/// <summary>The downward API: fields and resources of a Pod as text. Pure.</summary>
static class FieldPaths
{
    /// <summary>The value of a fieldPath such as metadata.name, metadata.labels['app'], status.podIP.</summary>
    /// <exception cref="ContainerConfigException">The path is not one that a Pod offers.</exception>
    public static string Field(Pod pod, string path, string nodeName, string nodeIp) => path switch
    {
        "metadata.name" => pod.Metadata.Name ?? "",
        "metadata.namespace" => pod.Metadata.Namespace ?? "",
        "metadata.uid" => pod.Metadata.Uid ?? "",
        "metadata.labels" => Lines(pod.Metadata.Labels),
        "metadata.annotations" => Lines(pod.Metadata.Annotations),
        "spec.nodeName" => nodeName,
        "spec.serviceAccountName" => pod.Spec?.ServiceAccountName ?? "",
        "status.hostIP" or "status.hostIPs" => nodeIp,
        "status.podIP" => pod.Status?.PodIP ?? "",
        "status.podIPs" => string.Join(',', (pod.Status?.PodIPs ?? []).Select(ip => ip.Ip)),
        _ => Entry(path, "metadata.labels", pod.Metadata.Labels)
            ?? Entry(path, "metadata.annotations", pod.Metadata.Annotations)
            ?? throw new ContainerConfigException($"unsupported fieldPath: {path}"),
    };

    /// <summary>The value of a resourceFieldRef; a limit that is not set is the node's.</summary>
    public static string Resource(Pod pod, Container? self, ResourceFieldSelector selector, long nodeMilliCpu, long nodeMemory)
    {
        var container = string.IsNullOrEmpty(selector.ContainerName) ? self
            : PodRules.InitContainers(pod).Concat(PodRules.Containers(pod)).FirstOrDefault(c => c.Name == selector.ContainerName);
        if (container is null) throw new ContainerConfigException($"container {selector.ContainerName} not found");
        var (set, name) = selector.Resource.Split('.', 2) is [var s, var n] ? (s, n) : throw new ContainerConfigException($"unsupported container resource: {selector.Resource}");
        var resources = set == "limits" ? container.Resources?.Limits : container.Resources?.Requests;
        var isCpu = name == "cpu";
        var divisor = selector.Divisor is { IsZero: false } given ? given : Quantity.FromValue(1);
        Quantity? quantity = resources is not null && resources.TryGetValue(name, out var q) ? q : null;
        quantity ??= set != "limits" ? Quantity.Zero : isCpu ? Quantity.FromMilli(nodeMilliCpu) : Quantity.FromValue(nodeMemory);
        return isCpu
            ? CeilDivide(quantity.Value.MilliValue, divisor.MilliValue).ToString()
            : CeilDivide(quantity.Value.Value, Math.Max(1, divisor.Value)).ToString();
    }

    static long CeilDivide(long a, long b) => (a + b - 1) / Math.Max(1, b);

    static string? Entry(string path, string map, IReadOnlyDictionary<string, string>? values)
    {
        if (!path.StartsWith(map + "['", StringComparison.Ordinal) || !path.EndsWith("']", StringComparison.Ordinal)) return null;
        return values?.GetValueOrDefault(path[(map.Length + 2)..^2]) ?? "";
    }

    // key="value" with the value quoted as Go quotes it, in the order of the keys.
    static string Lines(IReadOnlyDictionary<string, string>? values) =>
        string.Join('\n', (values ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key}=\"{p.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\t", "\\t")}\""));
}
