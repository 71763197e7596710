namespace Fairlead.Node.Pods;

/// <summary>A Pod's sandbox as the runtime has it.</summary>
/// <param name="Addresses">The Pod's addresses, the main one first; empty on the host's network or before it is ready.</param>
sealed record SeenSandbox(string Id, uint Attempt, bool Ready, DateTimeOffset CreatedAt, IReadOnlyList<string> Addresses);

/// <summary>What a container is doing, by the runtime.</summary>
enum SeenState { Created, Running, Exited, Unknown }

/// <summary>A container as the runtime has it.</summary>
sealed record SeenContainer
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string SandboxId { get; init; }
    public required SeenState State { get; init; }

    /// <summary>How often a container of this name was started before this one.</summary>
    public int RestartCount { get; init; }

    /// <summary>Hash of the container's spec it was made from.</summary>
    public string Hash { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public int ExitCode { get; init; }

    /// <summary>Completed, Error, OOMKilled…</summary>
    public string Reason { get; init; } = "";

    /// <summary>The termination message, or the runtime's own.</summary>
    public string Message { get; init; } = "";
    public string Image { get; init; } = "";
    public string ImageId { get; init; } = "";
    public string LogPath { get; init; } = "";
}

/// <summary>All that the runtime has of one Pod, newest first.</summary>
sealed record PodObservation(IReadOnlyList<SeenSandbox> Sandboxes, IReadOnlyList<SeenContainer> Containers)
{
    public static readonly PodObservation Nothing = new([], []);

    /// <summary>The newest sandbox, ready or not.</summary>
    public SeenSandbox? Sandbox => Sandboxes.Count > 0 ? Sandboxes[0] : null;

    /// <summary>The newest container of a name, in whichever sandbox.</summary>
    public SeenContainer? Latest(string name) => Containers.FirstOrDefault(c => c.Name == name);

    /// <summary>The newest container of a name that is in the newest sandbox.</summary>
    public SeenContainer? Current(string name) =>
        Sandbox is { } sandbox ? Containers.FirstOrDefault(c => c.Name == name && c.SandboxId == sandbox.Id) : null;

    /// <summary>The container of a name before the newest.</summary>
    public SeenContainer? Previous(string name) => Containers.Where(c => c.Name == name).Skip(1).FirstOrDefault();

    /// <summary>Whether the container or the sandbox of this id still runs.</summary>
    public bool IsUp(string id) => Containers.Any(c => c.Id == id && c.State == SeenState.Running) || Sandboxes.Any(s => s.Id == id && s.Ready);

    public bool AnyRunning => Containers.Any(c => c.State == SeenState.Running);
}
