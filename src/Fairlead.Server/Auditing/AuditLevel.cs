namespace Fairlead.Server.Auditing;

/// <summary>How much of a request is recorded; each level holds what those before it do (audit.k8s.io/v1).</summary>
public enum AuditLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Who, what, when and with what outcome; no bodies.</summary>
    Metadata,

    /// <summary>And the request's body.</summary>
    Request,

    /// <summary>And the answer's.</summary>
    RequestResponse,
}
