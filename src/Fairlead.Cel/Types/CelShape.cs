namespace Fairlead.Cel.Types;

/// <summary>
/// What is known of a value before there is one: the declared type of a variable, or the type found for an expression
/// (cel-spec, Gradual Type Checking). Immutable. Fields are asked for one at a time, so that shapes may contain themselves.
/// </summary>
/// <param name="Name">The type as cel-go's messages name it.</param>
public sealed record CelShape(string Name)
{
    /// <summary>A value of which nothing is known: it fits everywhere.</summary>
    public static readonly CelShape Dyn = new("dyn");
    public static readonly CelShape Bool = new("bool");
    public static readonly CelShape Int = new("int");
    public static readonly CelShape UInt = new("uint");
    public static readonly CelShape Double = new("double");
    public static readonly CelShape Text = new("string");
    public static readonly CelShape Bytes = new("bytes");
    public static readonly CelShape Null = new("null");
    public static readonly CelShape Timestamp = new("timestamp");
    public static readonly CelShape Duration = new("duration");

    /// <summary>What lies in a list or behind the keys of a map; null for other types.</summary>
    public CelShape? Element { get; private init; }

    /// <summary>The shape of a field of an object, null for one that there is not; null for what is no object.</summary>
    public Func<string, CelShape?>? Fields { get; private init; }

    public bool IsDyn => Name == Dyn.Name;
    public bool IsList => Element is not null && Name.StartsWith("list", StringComparison.Ordinal);
    public bool IsMap => Element is not null && Name.StartsWith("map", StringComparison.Ordinal);

    public static CelShape List(CelShape element) => new($"list({element.Name})") { Element = element };

    /// <summary>A map with texts as keys.</summary>
    public static CelShape Map(CelShape value) => new($"map(string, {value.Name})") { Element = value };

    /// <param name="name">What messages call it.</param>
    /// <param name="fields">The shape of a field by its name in expressions; null for one that there is not.</param>
    public static CelShape Object(string name, Func<string, CelShape?> fields) => new(name) { Fields = fields };

    public static CelShape Object(string name, IReadOnlyDictionary<string, CelShape> fields) => Object(name, fields.GetValueOrDefault);
}
