using System.Text.Json;
using Fairlead.Api.ManagedFields;
using Fairlead.Json;

namespace Fairlead.Api.Json;

/// <summary>
/// An object written for the store, which fills in the revision at the commit: the text holds
/// <c>"resourceVersion":""</c> and the digits go in at <see cref="Offset"/>.
/// </summary>
/// <param name="Json">Compact UTF-8.</param>
/// <param name="Offset">Byte offset between the two quotes.</param>
public readonly record struct ResourceVersionSlot(ReadOnlyMemory<byte> Json, int Offset)
{
    const string Metadata = "metadata", ResourceVersion = "resourceVersion", ManagedFields = "managedFields";

    /// <summary>Writes the object; whatever resourceVersion it had is left out. The tree is not changed.</summary>
    /// <param name="managers">What metadata.managedFields are to say; null leaves them as the tree has them.</param>
    /// <exception cref="ArgumentException">metadata is present and not an object.</exception>
    public static ResourceVersionSlot Write(JsonObject obj, FieldManagers? managers = null)
    {
        ArgumentNullException.ThrowIfNull(obj);
        using var scratch = JsonScratch.Take();
        var writer = scratch.Writer;
        var offset = -1;
        writer.WriteStartObject();
        foreach (var (name, value) in obj)
        {
            if (name == Metadata && value is not null) offset = WriteMetadata(writer, value, managers);
            else if (name != Metadata) WriteField(writer, name, value);
        }
        if (offset < 0) offset = WriteMetadata(writer, new JsonObject(), managers);
        writer.WriteEndObject();
        return new(scratch.ToArray(), offset);
    }

    static int WriteMetadata(Utf8JsonWriter writer, JsonNode node, FieldManagers? managers)
    {
        if (node is not JsonObject metadata) throw new ArgumentException("metadata is not an object");
        var offset = -1;
        writer.WritePropertyName(Metadata);
        writer.WriteStartObject();
        foreach (var (name, value) in metadata)
        {
            if (name == ResourceVersion) offset = WriteSlot(writer);
            else if (name != ManagedFields || managers is null) WriteField(writer, name, value);
        }
        if (offset < 0) offset = WriteSlot(writer);
        if (managers is { IsEmpty: false })
        {
            writer.WritePropertyName(ManagedFields);
            managers.Write(writer);
        }
        writer.WriteEndObject();
        return offset;
    }

    static int WriteSlot(Utf8JsonWriter writer)
    {
        writer.WritePropertyName(ResourceVersion);
        var offset = checked((int)(writer.BytesCommitted + writer.BytesPending)) + 1;
        writer.WriteStringValue("");
        return offset;
    }

    static void WriteField(Utf8JsonWriter writer, string name, JsonNode? value)
    {
        writer.WritePropertyName(name);
        if (value is null) writer.WriteNullValue();
        else value.WriteTo(writer);
    }
}
