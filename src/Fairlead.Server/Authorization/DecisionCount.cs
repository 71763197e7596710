namespace Fairlead.Server.Authorization;

/// <summary>How often an authorizer said yes or no. For any thread.</summary>
public sealed class DecisionCount
{
    long allowed;
    long denied;

    public long Allowed => Interlocked.Read(ref allowed);

    public long Denied => Interlocked.Read(ref denied);

    /// <summary>One more; no opinion is not counted.</summary>
    public void Add(Verdict verdict)
    {
        if (verdict == Verdict.Allow) Interlocked.Increment(ref allowed);
        else if (verdict == Verdict.Deny) Interlocked.Increment(ref denied);
    }
}
