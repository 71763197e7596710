using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' versions (library kubernetes.Semver).</summary>
static class SemverFunctions
{
    /// <summary>No text that is longer is a version.</summary>
    const int MaxLength = 4096;

    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("semver", (a, _) => a switch { [string text] => Parse(text, false), [string text, bool normalize] => Parse(text, normalize), _ => Library.NotMine }),
        ("isSemver", (a, _) => a switch { [string text] => Is(text, false), [string text, bool normalize] => Is(text, normalize), _ => Library.NotMine }),
        ("major", (a, _) => a is [CelSemver version] ? (long)version.Major : Library.NotMine),
        ("minor", (a, _) => a is [CelSemver version] ? (long)version.Minor : Library.NotMine),
        ("patch", (a, _) => a is [CelSemver version] ? (long)version.Patch : Library.NotMine),
        ("compareTo", (a, _) => a is [CelSemver x, CelSemver y] ? (long)Math.Sign(x.CompareTo(y)) : Library.NotMine),
        ("isLessThan", (a, _) => a is [CelSemver x, CelSemver y] ? x.CompareTo(y) < 0 : Library.NotMine),
        ("isGreaterThan", (a, _) => a is [CelSemver x, CelSemver y] ? x.CompareTo(y) > 0 : Library.NotMine),
    ];

    static CelSemver Parse(string text, bool normalize) => text.Length <= MaxLength ? CelSemver.Parse(text, normalize) : throw new CelException("the version is too long");

    static bool Is(string text, bool normalize)
    {
        try { return Parse(text, normalize) is not null; }
        catch (CelException) { return false; }
    }
}
