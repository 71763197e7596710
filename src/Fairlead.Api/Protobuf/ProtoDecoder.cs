using Fairlead.Json;

namespace Fairlead.Api.Protobuf;

/// <summary>The walk of <see cref="KubernetesProtobuf"/>: fields in any order, the last of a single field wins, messages merge.</summary>
sealed class ProtoDecoder(ICollection<string>? unknown)
{
    /// <summary>Deepest nesting of messages taken; that of the deepest kind is far below.</summary>
    const int MaxDepth = 100;
    const int MaxReports = 100;

    readonly FieldPath path = new();
    int depth;

    /// <summary>Adds the fields of the message to the object.</summary>
    public void Message(ReadOnlySpan<byte> bytes, ProtoMessage message, JsonObject into)
    {
        if (++depth > MaxDepth) throw new MalformedInputException("invalid protobuf: nested too deeply");
        var reader = new ProtoReader(bytes);
        while (reader.Next(out var number))
        {
            if (!message.Fields.TryGetValue(number, out var field))
            {
                if (reader.Skip()) Report(number);
                continue;
            }
            if (field.Type == ProtoType.Inline)
            {
                Message(reader.BytesField(), field.Message!, into);
                continue;
            }
            path.Push(field.Name);
            if (field.Map) Entry(reader.BytesField(), field, into[field.Name] as JsonObject ?? Put(into, field, new JsonObject()));
            else if (field.Repeated) Elements(ref reader, field, into[field.Name] as JsonArray ?? Put(into, field, new JsonArray()));
            else Single(ref reader, field, into);
            path.Pop();
        }
        depth--;
    }

    void Single(ref ProtoReader reader, ProtoField field, JsonObject into)
    {
        var old = into[field.Name];
        var value = Value(ref reader, field, old);
        if (value is null) into.Remove(field.Name);
        else if (value != old) into[field.Name] = value;
    }

    /// <summary>The value of a field; that of a record is the old one, if there is one, with more fields.</summary>
    JsonNode? Value(ref ProtoReader reader, ProtoField field, JsonNode? old)
    {
        if (field.Type == ProtoType.Texts) return Texts(reader.BytesField());
        if (field.Type is ProtoType.RecordOrBool or ProtoType.RecordOrTexts) return Choice(reader.BytesField(), field);
        if (field.Type != ProtoType.Record) return ProtoScalars.Read(ref reader, field.Type, field.KeepsZero);
        var obj = old as JsonObject ?? [];
        Message(reader.BytesField(), field.Message!, obj);
        return obj;
    }

    JsonNode Choice(ReadOnlySpan<byte> bytes, ProtoField field)
    {
        var recordAt = field.Type == ProtoType.RecordOrBool ? 2 : 1;
        JsonObject? record = null;
        JsonNode other = field.Type == ProtoType.RecordOrBool ? JsonValue.Create(false) : new JsonArray();
        var reader = new ProtoReader(bytes);
        while (reader.Next(out var number))
        {
            if (number == recordAt) Message(reader.BytesField(), field.Message!, record ??= []);
            else if (number == 1) other = JsonValue.Create(reader.VarintField() != 0);
            else if (number == 2) ((JsonArray)other).Add((JsonNode)reader.TextField());
            else reader.Skip();
        }
        return record ?? other;
    }

    static JsonArray Texts(ReadOnlySpan<byte> bytes)
    {
        var texts = new JsonArray();
        var reader = new ProtoReader(bytes);
        while (reader.Next(out var number))
        {
            if (number == 1) texts.Add((JsonNode)reader.TextField());
            else reader.Skip();
        }
        return texts;
    }

    /// <summary>One element; or many numbers, if the list is packed.</summary>
    void Elements(ref ProtoReader reader, ProtoField field, JsonArray array)
    {
        if (field.Type is ProtoType.Bool or ProtoType.Int32 or ProtoType.Int64 && reader.WireType == ProtoReader.BytesType)
        {
            var packed = new ProtoReader(reader.BytesField());
            while (!packed.AtEnd) array.Add(ProtoScalars.Number((long)packed.Varint(), field.Type, keepsZero: true));
            return;
        }
        path.Push(array.Count);
        array.Add(Value(ref reader, field, null));
        path.Pop();
    }

    /// <summary>An entry of a map is a message of a key and a value; either may be left out if it is empty.</summary>
    void Entry(ReadOnlySpan<byte> bytes, ProtoField field, JsonObject map)
    {
        var key = "";
        JsonNode? value = null;
        var reader = new ProtoReader(bytes);
        while (reader.Next(out var number))
        {
            if (number == 1) key = reader.TextField();
            else if (number == 2) value = Value(ref reader, field, value);
            else reader.Skip();
        }
        map[key] = value; // null stands for the empty value of the type, which pruning puts in its place
    }

    static T Put<T>(JsonObject into, ProtoField field, T value) where T : JsonNode
    {
        into[field.Name] = value;
        return value;
    }

    /// <summary>
    /// Fields that say nothing are passed over, as clients write the empty ones of newer versions too. Bounded, as a
    /// hostile body may hold a million.
    /// </summary>
    void Report(int number)
    {
        if (unknown is not null && unknown.Count < MaxReports) unknown.Add($"unknown field \"{path.Of($"#{number}")}\"");
    }
}
