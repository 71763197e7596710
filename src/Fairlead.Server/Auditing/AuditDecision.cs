namespace Fairlead.Server.Auditing;

/// <summary>What a policy says of one request.</summary>
/// <param name="OmitStages">Names of stages that are not recorded.</param>
public sealed record AuditDecision(AuditLevel Level, IReadOnlySet<string> OmitStages, bool OmitManagedFields)
{
    public static readonly AuditDecision Nothing = new(AuditLevel.None, new HashSet<string>(), false);
}
