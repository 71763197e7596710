namespace Fairlead.Server.Auditing;

/// <summary>How events are gathered and sent, with the defaults of upstream's batch mode (--audit-webhook-batch-*).</summary>
public sealed record AuditWebhookOptions
{
    /// <summary>Most events that wait; further ones are lost.</summary>
    public int BufferSize { get; init; } = 10_000;

    /// <summary>Most events of one request.</summary>
    public int MaxBatchSize { get; init; } = 400;

    /// <summary>How long an event waits for others to go with.</summary>
    public TimeSpan MaxBatchWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests a second, on average.</summary>
    public double ThrottleQps { get; init; } = 10;

    /// <summary>Requests that may be made at once after a pause.</summary>
    public int ThrottleBurst { get; init; } = 15;

    /// <summary>How long after the first failure a batch is sent again; then half as long again each time, four times in all.</summary>
    public TimeSpan InitialBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
