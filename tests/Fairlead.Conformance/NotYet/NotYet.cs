namespace Fairlead.Conformance;

/// <summary>Behaviours of the upstream list that no test here shows, and why. A title leaves when its test comes.</summary>
static class NotYet
{
    public static IReadOnlyList<(string Title, string Why)> All { get; } = [.. WorkloadsTitles.List, .. NetworkTitles.List, .. NodeTitles.List, .. StorageTitles.List];

    /// <summary>Titles of one SIG with one reason, a line each, without the "[sig-…]" and the "[Conformance]" around them.</summary>
    internal static IEnumerable<(string Title, string Why)> Of(string sig, string why, string titles) =>
        titles.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(t => ($"[{sig}] {t} [Conformance]", why));
}
