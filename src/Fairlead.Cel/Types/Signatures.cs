namespace Fairlead.Cel.Types;

/// <summary>What is known of functions by their names: of the value always, of the first argument where only a text will do.</summary>
static class Signatures
{
    static readonly Dictionary<string, CelShape> Results = new (CelShape Shape, string Names)[]
    {
        (CelShape.Bool, "contains startsWith endsWith matches isSorted hasValue isQuantity isURL isIP isCIDR isSemver sets.contains sets.equivalent sets.intersects allowed errored bool isInteger isLessThan isGreaterThan"),
        (CelShape.Text, "string join lowerAscii upperAscii trim substring replace charAt find reason error strings.quote"),
        (CelShape.Int, "size int indexOf lastIndexOf compareTo asInteger getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds getMilliseconds"),
        (CelShape.UInt, "uint"),
        (CelShape.Double, "double"),
        (CelShape.Bytes, "bytes"),
        (CelShape.Timestamp, "timestamp"),
        (CelShape.Duration, "duration"),
        (CelShape.List(CelShape.Text), "split findAll"),
    }.SelectMany(s => s.Names.Split(' ').Select(name => (name, s.Shape))).ToDictionary(s => s.name, s => s.Shape, StringComparer.Ordinal);

    static readonly HashSet<string> OfTexts =
        ["contains", "startsWith", "endsWith", "matches", "find", "findAll", "lowerAscii", "upperAscii", "trim", "substring", "replace", "charAt", "split"];

    /// <summary>The shape of the function's value.</summary>
    public static CelShape Result(string function) => Results.GetValueOrDefault(function, CelShape.Dyn);

    /// <summary>Whether the function takes such a value as its target or first argument.</summary>
    public static bool Takes(string function, CelShape first) => first.IsDyn || (function == "size"
        ? first.IsList || first.IsMap || first == CelShape.Text || first == CelShape.Bytes
        : !OfTexts.Contains(function) || first == CelShape.Text);
}
