using Fairlead.Api.Core.V1;
using Fairlead.Node.Pods;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Probes;

/// <summary>The probes of one Pod's running containers. Used by the Pod's worker alone.</summary>
sealed class PodProbes(NodeContext node, Action changed) : IDisposable
{
    readonly Dictionary<string, ContainerProbes> running = new(StringComparer.Ordinal);

    /// <summary>Begins probes of containers that run now, and ends those of containers that no longer do.</summary>
    public void Follow(Pod pod, PodObservation seen)
    {
        var wanted = PodRules.InitContainers(pod).Concat(PodRules.Containers(pod))
            .Where(c => c.StartupProbe is not null || c.ReadinessProbe is not null || c.LivenessProbe is not null)
            .Select(c => (Container: c, Seen: seen.Current(c.Name)))
            .Where(p => p.Seen is { State: SeenState.Running })
            .ToDictionary(p => p.Seen!.Id);
        foreach (var id in running.Keys.Where(id => !wanted.ContainsKey(id)).ToList())
        {
            running.Remove(id, out var gone);
            gone!.Dispose();
        }
        var addresses = PodRules.HostNetwork(pod) ? [node.Facts.Address] : seen.Sandbox?.Addresses ?? [];
        foreach (var (id, (container, state)) in wanted)
        {
            if (!running.ContainsKey(id)) running[id] = new ContainerProbes(node, pod, container, state!, addresses, changed);
        }
    }

    /// <summary>By container id.</summary>
    public IReadOnlyDictionary<string, ProbeVerdict> Verdicts => running.ToDictionary(p => p.Key, p => p.Value.Verdict);

    public void Dispose()
    {
        foreach (var probes in running.Values) probes.Dispose();
        running.Clear();
    }
}
