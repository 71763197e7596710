using System.Reflection;
using System.Text.Json.Serialization;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// Reads the schema of a built-in kind from its C# records: names and types from the properties, the rest from the
/// attributes and the /// texts. Each record is read once; a record that contains itself gives a schema that does.
/// </summary>
public static class SchemaReader
{
    // A memo: what is read from a type never changes, save for the descriptions (see SchemaDescriptions.Load).
    static readonly Lock Gate = new();
    static readonly Dictionary<Type, SchemaNode> Known = [];

    /// <summary>The schema of a record. Thread-safe; the same node for the same type.</summary>
    /// <exception cref="InvalidOperationException">A property has a type that has no wire form.</exception>
    public static SchemaNode Read(Type record)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (Gate) return OfType(record);
    }

    /// <summary>The field name of a property on the wire.</summary>
    public static string WireName(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    internal static void Forget()
    {
        lock (Gate) Known.Clear();
    }

    static SchemaNode OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Known.TryGetValue(type, out var known)) return known;
        if (SchemaScalars.Of(type) is { } scalar) return Known[type] = scalar;
        if (ElementOf(type) is { } element) return new SchemaNode { Type = SchemaType.Array, Items = OfType(element) };
        if (ValueOf(type) is { } value) return new SchemaNode { Type = SchemaType.Object, AdditionalProperties = OfType(value) };
        if (type.IsClass && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true) return OfRecord(type);
        throw new InvalidOperationException($"{type.FullName} has no wire form.");
    }

    static SchemaNode OfRecord(Type type)
    {
        var properties = Properties(type);
        var fields = new OrderedDictionary<string, SchemaNode>(StringComparer.Ordinal);
        var description = SchemaDescriptions.Current?.Of(type);
        var node = new SchemaNode
        {
            Type = SchemaType.Object,
            Description = description,
            DefinitionDescription = description,
            DefinitionName = DefinitionNames.Of(type),
            Properties = fields,
            Required = [.. properties.Where(p => p.IsDefined(typeof(RequiredAttribute))).Select(WireName)],
            AtomicMap = type.IsDefined(typeof(AtomicAttribute)),
        };
        Known[type] = node; // before the fields, so that a record may contain itself
        foreach (var property in properties) fields[WireName(property)] = OfProperty(property);
        return node;
    }

    /// <summary>The properties of a record that are fields on the wire, in the order of its JSON.</summary>
    internal static PropertyInfo[] Properties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && !p.IsDefined(typeof(JsonIgnoreAttribute)))
            .OrderBy(p => p.GetCustomAttribute<JsonPropertyOrderAttribute>()?.Order ?? 0)];

    static SchemaNode OfProperty(PropertyInfo property)
    {
        var node = OfType(property.PropertyType);
        node = node with
        {
            Description = SchemaDescriptions.Current?.Of(property) ?? node.Description,
            Default = property.GetCustomAttribute<DefaultAttribute>() is { } d ? JsonNode.Parse(d.Json) : property.IsDefined(typeof(ZeroAttribute)) ? ZeroOf(node) : null,
            MayLack = property.IsDefined(typeof(ZeroAttribute)),
            Values = property.GetCustomAttribute<ValuesAttribute>()?.Values ?? [],
            Immutable = property.IsDefined(typeof(ImmutableAttribute)),
        };
        if (property.GetCustomAttribute<FormatAttribute>()?.Format is { } format)
            node = node.AdditionalProperties is { } values
                ? node with { AdditionalProperties = values with { Format = format } }
                : node with { Format = format };
        if (SchemaScalars.IsMicroTime(property)) node = node with { DefinitionName = DefinitionNames.MicroTime };
        return WithMergeRules(node, property);
    }

    static JsonNode? ZeroOf(SchemaNode node) => node switch
    {
        { IntOrString: true } or { Type: SchemaType.Integer } => JsonValue.Create(0),
        { Format: "date-time" } => null,
        { Type: SchemaType.String } => JsonValue.Create(""),
        { Type: SchemaType.Boolean } => JsonValue.Create(false),
        { Type: SchemaType.Array } => new JsonArray(),
        { Type: SchemaType.Object } => new JsonObject(),
        _ => throw new InvalidOperationException($"a {node.Type} has no zero value"),
    };

    static SchemaNode WithMergeRules(SchemaNode node, PropertyInfo property)
    {
        if (property.GetCustomAttribute<ListMapAttribute>() is { } map)
        {
            var strategy = map.PatchReplace ? PatchStrategy.Replace : PatchStrategy.Merge;
            if (map.RetainKeys) strategy |= PatchStrategy.RetainKeys;
            node = node with { PatchStrategy = strategy, PatchMergeKey = map.PatchReplace ? null : map.PatchMergeKey ?? map.Keys[0] };
            if (!map.PatchMergeOnly) node = node with { ListType = ListType.Map, ListTypeStated = true, ListMapKeys = map.Keys };
        }
        if (property.GetCustomAttribute<ListSetAttribute>() is { } set)
            node = node with
            {
                ListType = ListType.Set,
                ListTypeStated = true,
                PatchStrategy = set.PatchMerge ? PatchStrategy.Merge : PatchStrategy.Replace,
            };
        if (property.IsDefined(typeof(AtomicAttribute)))
            node = node.Type == SchemaType.Array ? node with { ListTypeStated = true } : node with { AtomicMap = true };
        return property.IsDefined(typeof(RetainKeysAttribute))
            ? node with { PatchStrategy = node.PatchStrategy | PatchStrategy.RetainKeys }
            : node;
    }

    /// <summary>The type of the elements, if the type is a list.</summary>
    internal static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var g && (g == typeof(IReadOnlyList<>) || g == typeof(List<>))
            ? type.GetGenericArguments()[0]
            : null;

    /// <summary>The type of the values, if the type is a map.</summary>
    internal static Type? ValueOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var g
        && (g == typeof(IReadOnlyDictionary<,>) || g == typeof(Dictionary<,>)) && type.GetGenericArguments()[0] == typeof(string)
            ? type.GetGenericArguments()[1]
            : null;
}
