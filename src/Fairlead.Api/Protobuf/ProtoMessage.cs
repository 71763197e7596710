using System.Reflection;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Protobuf;

/// <summary>The fields of a record's protobuf form by number, read once from its properties and their [Proto].</summary>
sealed class ProtoMessage
{
    // A memo: what is read from a type never changes.
    static readonly Lock Gate = new();
    static readonly Dictionary<Type, ProtoMessage> Known = [];

    readonly Dictionary<int, ProtoField> fields = [];

    public IReadOnlyDictionary<int, ProtoField> Fields => fields;

    /// <summary>The message of a record. Thread-safe; the same for the same type.</summary>
    /// <exception cref="InvalidOperationException">Two fields have one number, or a type has no protobuf form.</exception>
    public static ProtoMessage Of(Type record)
    {
        lock (Gate) return Read(record);
    }

    static ProtoMessage Read(Type record)
    {
        if (Known.TryGetValue(record, out var known)) return known;
        var message = Known[record] = new(); // before the fields, so that a record may contain itself
        var inherited = record.GetCustomAttribute<ProtoInheritedAttribute>()?.Number;
        foreach (var property in SchemaReader.Properties(record))
        {
            if (property.GetCustomAttribute<ProtoAttribute>() is not { } proto) continue;
            IEnumerable<int> path = inherited is { } number && property.DeclaringType != record ? [number, .. proto.Path] : proto.Path;
            message.Place([.. path], FieldOf(property, proto));
        }
        return message;
    }

    /// <summary>Puts the field at the end of the path; the messages on the way are made as they are first met.</summary>
    void Place(ReadOnlySpan<int> path, ProtoField field)
    {
        var message = this;
        for (; path.Length > 1; path = path[1..])
        {
            if (!message.fields.TryGetValue(path[0], out var inline)) message.fields[path[0]] = inline = new("", ProtoType.Inline, Message: new());
            message = inline.Type == ProtoType.Inline ? inline.Message! : throw new InvalidOperationException($"{field.Name} lies inside {inline.Name}.");
        }
        if (!message.fields.TryAdd(path[0], field)) throw new InvalidOperationException($"{field.Name} and {message.fields[path[0]].Name} have one number.");
    }

    static ProtoField FieldOf(PropertyInfo property, ProtoAttribute proto)
    {
        var type = property.PropertyType;
        var (element, value) = (SchemaReader.ElementOf(type), SchemaReader.ValueOf(type));
        var single = element ?? value ?? type;
        single = Nullable.GetUnderlyingType(single) ?? single;
        var form = single == typeof(string) && property.GetCustomAttribute<FormatAttribute>()?.Format == "byte" ? ProtoType.Bytes
            : single == typeof(DateTimeOffset) && SchemaScalars.IsMicroTime(property) ? ProtoType.MicroTime
            : TypeOf(single);
        var keepsZero = proto.Pointer || property.IsDefined(typeof(RequiredAttribute)) || element is not null || value is not null;
        if (proto.Choice is not null) form = value is null ? ProtoType.RecordOrBool : ProtoType.RecordOrTexts;
        var record = proto.Choice ?? (form == ProtoType.Record ? single : null);
        return new(SchemaReader.WireName(property), form, keepsZero, record is null ? null : Read(record))
        {
            Repeated = element is not null,
            Map = value is not null,
        };
    }

    static ProtoType TypeOf(Type type) => type switch
    {
        _ when type == typeof(string) => ProtoType.Text,
        _ when type == typeof(bool) => ProtoType.Bool,
        _ when type == typeof(int) => ProtoType.Int32,
        _ when type == typeof(long) => ProtoType.Int64,
        _ when type == typeof(double) => ProtoType.Double,
        _ when type == typeof(DateTimeOffset) => ProtoType.Time,
        _ when type == typeof(Quantity) => ProtoType.Quantity,
        _ when type == typeof(IntOrString) => ProtoType.IntOrString,
        _ when type == typeof(JsonObject) || type == typeof(JsonNode) => ProtoType.Json,
        _ when type == typeof(IReadOnlyList<string>) => ProtoType.Texts,
        _ when type.IsClass && type.Namespace!.StartsWith("System", StringComparison.Ordinal) => throw new InvalidOperationException($"{type.FullName} has no protobuf form."),
        _ => ProtoType.Record,
    };
}
