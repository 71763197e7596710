namespace Fairlead.Cel.Authorization;

/// <summary>Who may do what, as expressions ask it. The one thing for which an expression asks outside of itself.</summary>
public interface ICelAuthorizer
{
    /// <summary>Decides at once, on the thread that evaluates; never throws for a decision that can't be made but says so in it.</summary>
    CelDecision Check(CelAccess access);
}
