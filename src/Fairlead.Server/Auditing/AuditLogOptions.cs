namespace Fairlead.Server.Auditing;

/// <summary>Where events go and how long they are kept, in upstream's words (--audit-log-*).</summary>
/// <param name="Path">A file; "-" is standard output.</param>
public sealed record AuditLogOptions(string Path)
{
    /// <summary>Rotated files older than so many days are deleted; 0: none for its age.</summary>
    public int MaxAgeDays { get; init; }

    /// <summary>So many rotated files are kept; 0: all.</summary>
    public int MaxBackups { get; init; }

    /// <summary>A file is rotated before it grows beyond so many bytes.</summary>
    public long MaxBytes { get; init; } = 100L * 1024 * 1024;
}
