namespace Fairlead.Client.Discovery;

/// <summary>A resource as discovery names it.</summary>
public sealed record ApiResourceName(string Group, string Version, string Plural, string Kind, bool Namespaced, IReadOnlyList<string> Verbs)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The collection's path, in one namespace or over all.</summary>
    public string Path(string? ns) =>
        (Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}")
        + (Namespaced && ns is not null ? $"/namespaces/{Uri.EscapeDataString(ns)}" : "") + "/" + Plural;

    /// <summary>One object's path.</summary>
    public string Path(ObjectKey key) => $"{Path(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
}
