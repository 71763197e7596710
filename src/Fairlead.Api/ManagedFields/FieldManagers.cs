using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.ManagedFields;

/// <summary>Who owns which fields of one object: metadata.managedFields, read. Immutable.</summary>
public sealed class FieldManagers
{
    public static readonly FieldManagers None = new([]);

    const int LongestKnown = 4096;

    // One manager owns the same fields of thousands of objects, and each write reads the owners of what it changes.
    static readonly RecentValues<FieldSet> KnownFields = new(1024, LongestKnown);

    readonly IReadOnlyList<ManagerEntry> entries;

    FieldManagers(IReadOnlyList<ManagerEntry> entries) => this.entries = entries;

    /// <summary>Appliers first, then by time and name.</summary>
    public IReadOnlyList<ManagerEntry> Entries => entries;

    public bool IsEmpty => entries.Count == 0;

    /// <summary>The managers of some entries; those that own nothing are left out.</summary>
    public static FieldManagers Of(IEnumerable<ManagerEntry> entries)
    {
        var kept = entries.Where(e => !e.Fields.IsEmpty).ToArray();
        Array.Sort(kept, Order);
        return kept.Length == 0 ? None : new(kept);
    }

    static int Order(ManagerEntry a, ManagerEntry b)
    {
        if (a.Applied != b.Applied) return a.Applied ? -1 : 1;
        var order = string.CompareOrdinal(a.Time ?? "", b.Time ?? ""); // RFC 3339 in UTC, whole seconds
        if (order == 0) order = string.CompareOrdinal(a.Manager, b.Manager);
        if (order == 0) order = string.CompareOrdinal(a.ApiVersion, b.ApiVersion);
        return order == 0 ? string.CompareOrdinal(a.Subresource, b.Subresource) : order;
    }

    /// <summary>Reads what a client sent.</summary>
    /// <exception cref="FormatException">An entry is not of the form that upstream reads.</exception>
    public static FieldManagers Read(JsonNode? managedFields) =>
        managedFields is null ? None : Read(JsonTree.Write(managedFields).Span);

    /// <summary>Reads the list from its JSON.</summary>
    /// <exception cref="FormatException">As for a client's.</exception>
    public static FieldManagers Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return None;
        var entries = new List<ManagerEntry>();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonTree.MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new FormatException("managedFields is no list");
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject) Add(entries, ReadEntry(ref reader, json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException(e.Message);
        }
        return Of(entries);
    }

    static void Add(List<ManagerEntry> entries, ManagerEntry entry)
    {
        var same = entries.FindIndex(entry.IsSameManager);
        if (same < 0) entries.Add(entry);
        else entries[same] = entry;
    }

    static ManagerEntry ReadEntry(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        string manager = "", operation = "", version = "", type = "", subresource = "";
        string? time = null;
        var fields = FieldSet.Empty;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "manager": manager = reader.GetString() ?? ""; break;
                case "operation": operation = reader.GetString() ?? ""; break;
                case "apiVersion": version = reader.GetString() ?? ""; break;
                case "fieldsType": type = reader.GetString() ?? ""; break;
                case "subresource": subresource = reader.GetString() ?? ""; break;
                case "time": time = reader.GetString(); break;
                case "fieldsV1" when reader.TokenType != JsonTokenType.Null: fields = ReadFields(ref reader, json); break;
                default: reader.Skip(); break;
            }
        }
        if (operation is not ("Apply" or "Update")) throw new FormatException("operation must be `Apply` or `Update`");
        if (version.Length == 0) throw new FormatException("apiVersion must not be empty");
        if (type != "FieldsV1") throw new FormatException($"invalid fieldsType \"{type}\" in managed fields entry");
        return new(manager, operation == "Apply", version, subresource, time, fields);
    }

    static FieldSet ReadFields(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var from = reader;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var text = json[start..(int)reader.BytesConsumed];
        if (KnownFields.TryGet(text, out var known)) return known;
        var set = FieldSetJson.Read(ref from);
        if (text.Length <= LongestKnown) set.Json = FieldSetJson.Of(set);
        KnownFields.Keep(text, set);
        return set;
    }

    /// <summary>Writes the list as a JSON array.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("manager"u8, entry.Manager);
            writer.WriteString("operation"u8, entry.Applied ? "Apply"u8 : "Update"u8);
            writer.WriteString("apiVersion"u8, entry.ApiVersion);
            if (entry.Time is not null) writer.WriteString("time"u8, entry.Time);
            writer.WriteString("fieldsType"u8, "FieldsV1"u8);
            writer.WritePropertyName("fieldsV1"u8);
            if (entry.Fields.Json is { IsEmpty: false } known) writer.WriteRawValue(known.Span, skipInputValidation: true);
            else FieldSetJson.Write(writer, entry.Fields);
            if (entry.Subresource.Length > 0) writer.WriteString("subresource"u8, entry.Subresource);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>The list as a tree of its own; null if there is nobody.</summary>
    public JsonNode? ToJson()
    {
        if (IsEmpty) return null;
        using var scratch = JsonScratch.Take();
        Write(scratch.Writer);
        return JsonTree.Parse(scratch.ToArray());
    }

    /// <summary>True if both say the same, whatever their times.</summary>
    public bool SameOwners(FieldManagers other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (entries.Count != other.entries.Count) return false;
        foreach (var entry in entries)
        {
            var match = other.entries.FirstOrDefault(entry.IsSameManager);
            if (match is null || match.ApiVersion != entry.ApiVersion || !match.Fields.SetEquals(entry.Fields)) return false;
        }
        return true;
    }
}
