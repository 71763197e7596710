namespace Fairlead.Server.Authentication;

/// <summary>Whether a request without credentials is one of system:anonymous (KEP-4633); else it is refused with 401.</summary>
/// <param name="Paths">The paths for which it is; null: all.</param>
public sealed record AnonymousAccess(bool IsEnabled, IReadOnlyList<string>? Paths = null)
{
    /// <summary>Without --anonymous-auth=false.</summary>
    public static readonly AnonymousAccess Everywhere = new(true);

    /// <summary>Whether it is at the path.</summary>
    public bool Allows(string path) => IsEnabled && (Paths is null || Paths.Contains(path, StringComparer.Ordinal));
}
