namespace Fairlead.Cel.Values;

/// <summary>A span of time.</summary>
/// <param name="Nanos">In nanoseconds.</param>
public readonly record struct CelDuration(long Nanos);

/// <summary>A value that may be absent (optional types).</summary>
public sealed record CelOptional(bool HasValue, object? Value)
{
    public static readonly CelOptional None = new(false, null);
    public static CelOptional Of(object? value) => new(true, value);
}

/// <summary>A type as a value: what type(x) returns.</summary>
public sealed record CelType(string Name);
