namespace Fairlead.Node.Pods;

/// <summary>Why a container waits, as its status shows it.</summary>
sealed record Waiting(string Reason, string Message);

/// <summary>How long the next restart of a container has to wait after its end.</summary>
sealed record RestartBackoff(TimeSpan Delay, DateTimeOffset UpdatedAt)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>A container that ran for longer than this after its last restart begins anew.</summary>
    static readonly TimeSpan Forgotten = Longest * 2;

    /// <summary>What is left of the pause for a container that ended at this moment; zero when it may start.</summary>
    public static TimeSpan Remaining(RestartBackoff? now, DateTimeOffset finishedAt, DateTimeOffset time)
    {
        if (now is null || finishedAt - now.UpdatedAt > Forgotten) return TimeSpan.Zero;
        var left = finishedAt + now.Delay - time;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The pause that counts after a restart: 10 s, doubling to 5 minutes.</summary>
    public static RestartBackoff Next(RestartBackoff? now, DateTimeOffset finishedAt, DateTimeOffset time) =>
        now is null || finishedAt - now.UpdatedAt > Forgotten
            ? new(First, time)
            : new(now.Delay * 2 < Longest ? now.Delay * 2 : Longest, time);
}

/// <summary>What probes said of one container, by its id. Null: no probe of that sort, or none has ended yet.</summary>
sealed record ProbeVerdict(bool? Startup, bool? Readiness, string? LivenessFailure, string? StartupFailure)
{
    public static readonly ProbeVerdict None = new(null, null, null, null);
}

/// <summary>
/// What the kubelet knows of a Pod that neither the API nor the runtime keeps. Immutable: the Pod's worker replaces it.
/// Lost at a restart of the agent, which costs no more than a shorter pause.
/// </summary>
sealed record PodMemory
{
    public static readonly PodMemory Empty = new();

    /// <summary>By container name.</summary>
    public IReadOnlyDictionary<string, RestartBackoff> Backoffs { get; init; } = new Dictionary<string, RestartBackoff>();

    /// <summary>By container name: why the last try to start it came to nothing.</summary>
    public IReadOnlyDictionary<string, Waiting> Waiting { get; init; } = new Dictionary<string, Waiting>();

    /// <summary>By container name: not to be tried again before.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> NotBefore { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>By container id.</summary>
    public IReadOnlyDictionary<string, ProbeVerdict> Probes { get; init; } = new Dictionary<string, ProbeVerdict>();

    /// <summary>Set when the kubelet ended the Pod for a reason of its own (DeadlineExceeded, Evicted).</summary>
    public Waiting? Ended { get; init; }

    public ProbeVerdict Verdict(string id) => Probes.TryGetValue(id, out var verdict) ? verdict : ProbeVerdict.None;
}
