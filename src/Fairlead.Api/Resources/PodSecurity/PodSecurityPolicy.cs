using System.Globalization;
using Fairlead.Api.Errors;

namespace Fairlead.Api.Resources.PodSecurity;

/// <summary>A level by the rules that it had in one version of Kubernetes.</summary>
/// <param name="Minor">The minor version, of v1.; <see cref="Latest"/> for the rules of today.</param>
public readonly record struct PodSecurityRules(PodSecurityLevel Level, int Minor)
{
    /// <summary>Later than every version: what is not known yet is judged by the rules of today, as upstream.</summary>
    public const int Latest = int.MaxValue;

    /// <summary>As messages name it: baseline:v1.25, restricted:latest.</summary>
    public override string ToString() =>
        $"{Level.ToString().ToLowerInvariant()}:{(Minor == Latest ? "latest" : $"v1.{Minor.ToString(CultureInfo.InvariantCulture)}")}";
}

/// <summary>What the labels of a namespace ask of its Pods (KEP-2579). Immutable.</summary>
/// <param name="Enforce">What Pods may not go beyond.</param>
/// <param name="Audit">What is noted of Pods that do.</param>
/// <param name="Warn">What their makers are warned of.</param>
public sealed record PodSecurityPolicy(PodSecurityRules Enforce, PodSecurityRules Audit, PodSecurityRules Warn)
{
    const string Prefix = "pod-security.kubernetes.io/";
    const string WrongLevel = "must be one of privileged, baseline, restricted", WrongVersion = "must be \"latest\" or \"v1.x\"";

    /// <summary>What a namespace without labels asks: nothing.</summary>
    public static readonly PodSecurityPolicy None = new(Free, Free, Free);

    static PodSecurityRules Free => new(PodSecurityLevel.Privileged, PodSecurityRules.Latest);

    /// <summary>True if nothing is forbidden, noted or warned of.</summary>
    public bool IsFree => Enforce.Level == PodSecurityLevel.Privileged && Audit.Level == PodSecurityLevel.Privileged && Warn.Level == PodSecurityLevel.Privileged;

    /// <summary>
    /// Reads the labels. What can't be read is an error and counts, where it forbids, as the strictest level and the latest
    /// version, so that a slip of the pen opens nothing; audit and warn are off then.
    /// </summary>
    public static PodSecurityPolicy Of(Func<string, string?> label, FieldErrors? errors = null)
    {
        ArgumentNullException.ThrowIfNull(label);
        var enforce = Mode(label, "enforce", PodSecurityLevel.Restricted, errors, out var isGiven);
        var audit = Mode(label, "audit", PodSecurityLevel.Privileged, errors, out _);
        var warn = Mode(label, "warn", PodSecurityLevel.Privileged, errors, out _);
        // Who makes a template is warned of what its Pods will be refused for.
        if (isGiven && enforce.Level > warn.Level && label(Prefix + "warn") is null && label(Prefix + "warn-version") is null) warn = enforce;
        return new(enforce, audit, warn);
    }

    static PodSecurityRules Mode(Func<string, string?> label, string mode, PodSecurityLevel otherwise, FieldErrors? errors, out bool isGiven)
    {
        var (level, minor) = (PodSecurityLevel.Privileged, PodSecurityRules.Latest);
        isGiven = false;
        if (label(Prefix + mode) is { } text)
        {
            isGiven = LevelOf(text) is not null;
            level = LevelOf(text) ?? otherwise;
            if (!isGiven) errors?.Invalid($"metadata.labels[{Prefix}{mode}]", text, WrongLevel);
        }
        if (label($"{Prefix}{mode}-version") is { } version && version != "latest")
        {
            if (MinorOf(version) is { } stated) minor = stated;
            else errors?.Invalid($"metadata.labels[{Prefix}{mode}-version]", version, WrongVersion);
        }
        return new(level, minor);
    }

    static PodSecurityLevel? LevelOf(string text) => text switch
    {
        "privileged" => PodSecurityLevel.Privileged,
        "baseline" => PodSecurityLevel.Baseline,
        "restricted" => PodSecurityLevel.Restricted,
        _ => null,
    };

    /// <summary>v1.0, v1.25: no zero before another digit.</summary>
    static int? MinorOf(string text) =>
        text.StartsWith("v1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
        && (text.Length == 4 || text[3] != '0') ? minor : null;
}
