using Fairlead.Client;
using Fairlead.Node.Cgroups;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Events;
using Fairlead.Node.Images;
using Fairlead.Node.Pods;
using Fairlead.Node.References;
using Fairlead.Node.Variables;
using Fairlead.Node.Volumes;

namespace Fairlead.Node;

/// <summary>What the workers of all Pods share. Made once, by <see cref="Kubelet"/>; every part is thread-safe.</summary>
sealed record NodeContext
{
    public required KubeletOptions Options { get; init; }
    public required KubeClient Client { get; init; }
    public required CriRuntime Runtime { get; init; }
    public required PodPaths Paths { get; init; }
    public required PodObserver Observer { get; init; }
    public required PodVolumes Volumes { get; init; }
    public required ContainerMounts Mounts { get; init; }
    public required ReferencedObjects References { get; init; }
    public required ServiceAccountTokens Tokens { get; init; }
    public required PodCgroups Cgroups { get; init; }
    public required ImagePuller Images { get; init; }
    public required KubeletEvents Events { get; init; }
    public required NodeFacts Facts { get; init; }

    /// <summary>Service variables for a Pod of a namespace, once Services are known.</summary>
    public required Func<string, bool, CancellationToken, Task<IReadOnlyList<KeyValuePair<string, string>>>> ServiceVariables { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>One line for what went wrong and is tried again.</summary>
    public required Action<string> Log { get; init; }
}
