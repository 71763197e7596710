using System.Globalization;

namespace Fairlead.Api.CustomResources;

/// <summary>
/// Kubernetes' order of version names: v2 before v1, stable before beta before alpha, and what is no such name last, in
/// the order of its letters. The greater one comes first in discovery.
/// </summary>
public sealed class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Parse(x ?? ""), Parse(y ?? ""));
        if (a is null || b is null) return a is null && b is null ? string.CompareOrdinal(y, x) : a is null ? -1 : 1;
        return a.Value.CompareTo(b.Value);
    }

    static (int Stability, int Major, int Minor)? Parse(string version)
    {
        if (version.Length < 2 || version[0] != 'v') return null;
        var digits = version.AsSpan(1).IndexOfAnyExceptInRange('0', '9');
        if (!Number(digits < 0 ? version.AsSpan(1) : version.AsSpan(1, digits), out var major)) return null;
        if (digits < 0) return (2, major, 0);
        var rest = version.AsSpan(1 + digits);
        var stability = rest.StartsWith("beta") ? 1 : rest.StartsWith("alpha") ? 0 : -1;
        return stability >= 0 && Number(rest[(stability == 1 ? 4 : 5)..], out var minor) ? (stability, major, minor) : null;
    }

    static bool Number(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
