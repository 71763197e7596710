namespace Fairlead.Node.Logs;

/// <summary>What of a container's log is asked for, as the query of the log request says it.</summary>
sealed record LogOptions
{
    public bool Follow { get; init; }
    public bool Timestamps { get; init; }

    /// <summary>Only so many lines from the end; null for all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only lines written at or after this moment.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Ends after so many bytes.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Stdout, Stderr, or null or All for both.</summary>
    public string? Stream { get; init; }
}
