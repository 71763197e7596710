namespace Fairlead.Cel.Authorization;

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
