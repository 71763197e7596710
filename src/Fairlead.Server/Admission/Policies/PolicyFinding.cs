namespace Fairlead.Server.Admission.Policies;

/// <summary>What one rule of a policy found wrong.</summary>
/// <param name="Index">Of the rule; -1 for what lies before the rules.</param>
public readonly record struct PolicyFinding(int Index, string Message, string Reason);
