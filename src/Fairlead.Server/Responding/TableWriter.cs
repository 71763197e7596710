using System.Buffers;
using System.IO.Pipelines;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Fairlead.Store;

namespace Fairlead.Server.Responding;

/// <summary>
/// Writes objects as a meta.k8s.io Table: what kubectl get prints. Each row carries the object's metadata unless the
/// client wants the whole object or nothing (includeObject).
/// </summary>
public sealed class TableWriter(ResourceDefinition kind, QueryParameters query, DateTimeOffset now)
{
    const int FlushAt = 256 * 1024;

    readonly string include = query["includeObject"] ?? "Metadata";

    /// <summary>
    /// Writes the table of stored objects row by row: what is in memory is one object at a time, however long the list.
    /// </summary>
    public async Task WriteAsync(IReadOnlyList<StoreEntry> entries, JsonObject metadata, PipeWriter pipe, CancellationToken cancellation)
    {
        var frame = StoredObject.Bytes(Table([], metadata)).Span;
        var end = frame.LastIndexOf("]}"u8);
        pipe.Write(frame[..end]);
        for (var i = 0; i < entries.Count; i++)
        {
            if (i > 0) pipe.Write(","u8);
            pipe.Write(StoredObject.Bytes(Row(StoredObject.Parse(entries[i]), isOurs: true)).Span);
            if (pipe.UnflushedBytes > FlushAt) await pipe.FlushAsync(cancellation).ConfigureAwait(false);
        }
        pipe.Write("]}"u8);
        await pipe.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The table of some objects.</summary>
    /// <param name="metadata">The list's own metadata, with its revision.</param>
    /// <param name="headings">False in all events of a watch but its first.</param>
    public JsonObject Table(IEnumerable<JsonObject> objects, JsonObject metadata, bool headings = true) => new()
    {
        ["kind"] = "Table",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = metadata,
        ["columnDefinitions"] = headings ? Headings() : new JsonArray(),
        ["rows"] = new JsonArray([.. objects.Select(o => Row(o, isOurs: false))]),
    };

    JsonArray Headings()
    {
        var headings = new JsonArray();
        if (kind.NameColumnFirst) headings.Add(Heading("Name", "string", "name",
            "Name must be unique within a namespace. It is chosen at creation and cannot be changed.", 0));
        foreach (var column in kind.Columns) headings.Add(Heading(column.Name, column.Type, "", column.Description, column.Priority));
        return headings;
    }

    static JsonObject Heading(string name, string type, string format, string description, int priority) => new()
    {
        ["name"] = name, ["type"] = type, ["format"] = format, ["description"] = description, ["priority"] = priority,
    };

    /// <param name="isOurs">The object may be taken apart: copying its metadata costs as much as reading it did.</param>
    JsonNode Row(JsonObject obj, bool isOurs)
    {
        var cells = new JsonArray();
        if (kind.NameColumnFirst) cells.Add(obj.Name());
        foreach (var column in kind.Columns) cells.Add(column.Cell(obj, now));
        var row = new JsonObject { ["cells"] = cells };
        if (include == "Object") row["object"] = isOurs ? obj : obj.DeepClone();
        else if (include != "None") row["object"] = isOurs ? PartialMetadata.Taken(obj) : PartialMetadata.Of(obj);
        return row;
    }
}

/// <summary>Objects of which only the metadata is served.</summary>
public static class PartialMetadata
{
    public static JsonObject Of(JsonObject obj) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = obj.Metadata().DeepClone(),
    };

    /// <summary>The same, of an object that nobody needs afterwards.</summary>
    public static JsonObject Taken(JsonObject obj)
    {
        var metadata = obj["metadata"];
        obj.Remove("metadata");
        return new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata };
    }

    public static JsonObject ListOf(IEnumerable<JsonObject> objects, JsonObject metadata) => new()
    {
        ["kind"] = "PartialObjectMetadataList",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = metadata,
        ["items"] = new JsonArray([.. objects.Select(o => (JsonNode)Of(o))]),
    };
}
