using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Fairlead.Store;

namespace Fairlead.Server.Responding;

/// <summary>Answers with objects in the form that was asked for; the plain form is the stored bytes, joined.</summary>
public sealed class ListWriter(TimeProvider clock)
{
    const int FlushAt = 256 * 1024;

    public ApiAnswer List(ResourceDefinition kind, ListPart part, Representation form, QueryParameters query)
    {
        var metadata = Metadata(part);
        return form.Shape switch
        {
            Shape.Table => new ApiAnswer { Stream = (pipe, cancellation) => new TableWriter(kind, query, clock.GetUtcNow()).WriteAsync(part.Entries, metadata, pipe, cancellation) },
            Shape.PartialMetadata => Answer(PartialMetadata.ListOf(part.Entries.Select(StoredObject.Parse), metadata)),
            _ => new ApiAnswer
            {
                Stream = (pipe, cancellation) => JoinAsync(kind, part.Entries, metadata, pipe, cancellation),
                Size = part.Entries.Sum(e => (long)e.Json.Length),
            },
        };
    }

    /// <summary>One object, as it is stored or converted.</summary>
    public ApiAnswer Object(ResourceDefinition kind, ReadOnlyMemory<byte> json, Representation form, QueryParameters query, int code = 200)
    {
        if (form == default) return ApiAnswer.Of(json, code);
        var obj = JsonTree.ParseObject(json.Span);
        return form.Shape switch
        {
            Shape.Table => Answer(new TableWriter(kind, query, clock.GetUtcNow()).Table([obj], new JsonObject
            {
                ["resourceVersion"] = obj.Metadata().Text("resourceVersion") ?? "",
            }), code),
            Shape.PartialMetadata => Answer(PartialMetadata.Of(obj), code),
            _ => ApiAnswer.Of(json, code),
        };
    }

    static ApiAnswer Answer(JsonNode node, int code = 200) => ApiAnswer.Of(StoredObject.Bytes(node), code);

    static JsonObject Metadata(ListPart part)
    {
        var metadata = new JsonObject { ["resourceVersion"] = part.Revision.ToString(CultureInfo.InvariantCulture) };
        if (part.Continue is not null) metadata["continue"] = part.Continue.ToString();
        if (part is { Continue: not null, Remaining: { } remaining }) metadata["remainingItemCount"] = remaining;
        return metadata;
    }

    static async Task JoinAsync(
        ResourceDefinition kind, IReadOnlyList<StoreEntry> entries, JsonObject metadata, PipeWriter pipe, CancellationToken cancellation)
    {
        pipe.Write(System.Text.Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind.ListKind ?? kind.Kind + "List"}\",\"apiVersion\":\"{kind.ApiVersion}\",\"metadata\":"));
        pipe.Write(StoredObject.Bytes(metadata).Span);
        pipe.Write(",\"items\":["u8);
        for (var i = 0; i < entries.Count; i++)
        {
            if (i > 0) pipe.Write(","u8);
            pipe.Write(entries[i].Json.Span);
            if (pipe.UnflushedBytes > FlushAt) await pipe.FlushAsync(cancellation).ConfigureAwait(false);
        }
        pipe.Write("]}\n"u8);
        await pipe.FlushAsync(cancellation).ConfigureAwait(false);
    }
}
