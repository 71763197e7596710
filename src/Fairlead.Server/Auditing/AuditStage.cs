namespace Fairlead.Server.Auditing;

/// <summary>When in a request's life an event is written (audit.k8s.io/v1).</summary>
public static class AuditStage
{
    /// <summary>Its user is known; nothing is decided yet.</summary>
    public const string RequestReceived = "RequestReceived";

    /// <summary>The answer has begun; only for what lasts, such as watches.</summary>
    public const string ResponseStarted = "ResponseStarted";

    /// <summary>No more will be sent.</summary>
    public const string ResponseComplete = "ResponseComplete";

    /// <summary>The server failed at it.</summary>
    public const string Panic = "Panic";

    public static readonly IReadOnlyList<string> All = [RequestReceived, ResponseStarted, ResponseComplete, Panic];
}
