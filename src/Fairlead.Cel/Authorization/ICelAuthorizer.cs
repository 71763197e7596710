namespace Fairlead.Cel.Authorization;

/// <summary>Who may do what, as expressions ask it. The one thing for which an expression asks outside of itself.</summary>
public interface ICelAuthorizer
{
    /// <summary>Decides at once, on the thread that evaluates; never throws for a decision that can't be made but says so in it.</summary>
    CelDecision Check(CelAccess access);
}

/// <summary>What is to be done, by the user of the request or by a ServiceAccount.</summary>
public sealed record CelAccess
{
    /// <summary>The ServiceAccount that is asked about, with its namespace; null for the user of the request.</summary>
    public (string Namespace, string Name)? ServiceAccount { get; init; }

    /// <summary>What is to be done: a verb of the API for resources, a method of HTTP in small letters for paths.</summary>
    public string Verb { get; init; } = "";

    /// <summary>The path, for what is no resource; null for a resource.</summary>
    public string? Path { get; init; }

    /// <summary>API group of the resource. Its version is any.</summary>
    public string Group { get; init; } = "";
    public string Resource { get; init; } = "";
    public string Subresource { get; init; } = "";
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";

    /// <summary>As it was written; one that can't be read limits nothing.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>As it was written; one that can't be read limits nothing.</summary>
    public string LabelSelector { get; init; } = "";
}

/// <summary>What was decided.</summary>
/// <param name="Allowed">True if it is allowed; false too if nobody had an opinion.</param>
/// <param name="Reason">Why, for people; may be empty.</param>
/// <param name="Error">What went wrong; empty if nothing did.</param>
public sealed record CelDecision(bool Allowed, string Reason = "", string Error = "") : Values.ICelTyped
{
    string Values.ICelTyped.TypeName => "kubernetes.authorization.Decision";
}
