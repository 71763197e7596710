using System.Globalization;
using System.Numerics;

namespace Fairlead.Cel.Values;

/// <summary>A semantic version (semver.org, 2.0.0). Build data has no part in order and equality.</summary>
sealed record CelSemver(ulong Major, ulong Minor, ulong Patch, IReadOnlyList<string> PreRelease) : ICelTyped
{
    public string TypeName => "kubernetes.Semver";

    /// <exception cref="CelException">The text is no version.</exception>
    public static CelSemver Parse(string text, bool normalize)
    {
        if (normalize) text = Normalized(text);
        if (text.Length == 0) throw new CelException("Version string empty");
        var parts = text.Split('.', 3);
        if (parts.Length != 3) throw new CelException("No Major.Minor.Patch elements found");
        var rest = parts[2];
        var plus = rest.IndexOf('+', StringComparison.Ordinal);
        if (plus >= 0)
        {
            foreach (var build in rest[(plus + 1)..].Split('.')) Identifier(build, "Build meta data");
            rest = rest[..plus];
        }
        var dash = rest.IndexOf('-', StringComparison.Ordinal);
        string[] before = dash < 0 ? [] : rest[(dash + 1)..].Split('.');
        foreach (var one in before)
        {
            Identifier(one, "Prerelease");
            if (one.Length > 1 && one[0] == '0' && one.All(char.IsAsciiDigit)) throw new CelException($"Numeric PreRelease version must not contain leading zeroes \"{one}\"");
        }
        return new(Number(parts[0], "Major"), Number(parts[1], "Minor"), Number(dash < 0 ? rest : rest[..dash], "Patch"), before);
    }

    /// <summary>Which is the earlier version (semver.org §11).</summary>
    public int CompareTo(CelSemver other)
    {
        if (Major != other.Major) return Major.CompareTo(other.Major);
        if (Minor != other.Minor) return Minor.CompareTo(other.Minor);
        if (Patch != other.Patch) return Patch.CompareTo(other.Patch);
        if (PreRelease.Count == 0 || other.PreRelease.Count == 0) return other.PreRelease.Count.CompareTo(PreRelease.Count) is var order && order != 0 ? Math.Sign(order) : 0;
        foreach (var (x, y) in PreRelease.Zip(other.PreRelease))
            if (Compare(x, y) is var order && order != 0) return order;
        return PreRelease.Count.CompareTo(other.PreRelease.Count);
    }

    public bool Equals(CelSemver? other) => other is not null && CompareTo(other) == 0;

    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch, string.Join('.', PreRelease));

    static int Compare(string x, string y)
    {
        var (number, other) = (x.All(char.IsAsciiDigit), y.All(char.IsAsciiDigit));
        if (number && other) return BigInteger.Parse(x, CultureInfo.InvariantCulture).CompareTo(BigInteger.Parse(y, CultureInfo.InvariantCulture));
        return number ? -1 : other ? 1 : Math.Sign(string.CompareOrdinal(x, y));
    }

    static ulong Number(string digits, string what)
    {
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) throw new CelException($"Invalid character(s) found in {what.ToLowerInvariant()} number \"{digits}\"");
        if (digits.Length > 1 && digits[0] == '0') throw new CelException($"{what} number must not contain leading zeroes \"{digits}\"");
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue ? number : throw new CelException($"{what} number \"{digits}\" is too large");
    }

    static void Identifier(string text, string what)
    {
        if (text.Length == 0) throw new CelException($"{what} is empty");
        if (text.Length > 256 || !text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) throw new CelException($"Invalid character(s) found in {what.ToLowerInvariant()} \"{text}\"");
    }

    // A v in front goes, leading zeros go, numbers that lack are zero.
    static string Normalized(string text)
    {
        if (text.StartsWith('v')) text = text[1..];
        var parts = text.Split('.', 3);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length < 2) continue;
            var shorter = parts[i].TrimStart('0');
            parts[i] = shorter.Length == 0 || !char.IsAsciiDigit(shorter[0]) ? "0" + shorter : shorter;
        }
        if (parts.Length < 3 && parts[^1].AsSpan().ContainsAny('+', '-')) throw new CelException("short version cannot contain PreRelease/Build meta data");
        return string.Join('.', parts.Concat(Enumerable.Repeat("0", 3 - parts.Length)));
    }
}
