using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>A container to be started now.</summary>
/// <param name="RestartCount">Of the new container.</param>
/// <param name="Backoff">The pause before the next restart, to remember once it is started; null for a first start.</param>
sealed record ContainerStart(Container Container, int RestartCount, RestartBackoff? Backoff);

/// <summary>A container to be ended now.</summary>
/// <param name="Message">Of the Killing event.</param>
/// <param name="Grace">Null for the Pod's own.</param>
sealed record ContainerKill(SeenContainer Container, string Message, TimeSpan? Grace);

/// <summary>What is to be done for a Pod. Nothing of it has happened yet.</summary>
sealed record PodPlan
{
    /// <summary>A sandbox, and what runs in it, to end before anything else.</summary>
    public string? StopSandbox { get; init; }

    /// <summary>Attempt number of a sandbox to create; null for none.</summary>
    public uint? CreateSandbox { get; init; }

    /// <summary>Started in this order, each after the one before was started.</summary>
    public IReadOnlyList<ContainerStart> Start { get; init; } = [];

    public IReadOnlyList<ContainerKill> Kill { get; init; } = [];

    /// <summary>The Pod is to end: every container by its grace, then the sandbox.</summary>
    public bool End { get; init; }

    /// <summary>Containers in a pause between restarts, and how they are shown.</summary>
    public IReadOnlyDictionary<string, Waiting> Waiting { get; init; } = new Dictionary<string, Waiting>();

    /// <summary>When to look again without an event.</summary>
    public TimeSpan? Again { get; init; }
}
