using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;
using Fairlead.Store;

namespace Fairlead.Server.Watching;

/// <summary>Writes watch events, one JSON document a line, in the form that the client asked for. Owned by one watch.</summary>
public sealed class EventWriter(ResourceDefinition kind, Shape shape, QueryParameters query, TimeProvider clock)
{
    /// <summary>What stands before an object, at most.</summary>
    const int HeadBytes = 48;

    bool headings = true;

    /// <param name="type">ADDED, MODIFIED or DELETED.</param>
    public ValueTask WriteAsync(PipeWriter pipe, string type, StoreEntry entry, CancellationToken cancellation)
    {
        if (!Versions.IsAsStored(kind)) return ConvertedAsync(pipe, type, entry, cancellation);
        Write(pipe, type, entry);
        return default;
    }

    async ValueTask ConvertedAsync(PipeWriter pipe, string type, StoreEntry entry, CancellationToken cancellation) =>
        Write(pipe, type, await Versions.ServedAsync(kind, entry, cancellation).ConfigureAwait(false));

    void Write(PipeWriter pipe, string type, StoreEntry entry)
    {
        switch (shape)
        {
            case Shape.Table:
                var obj = StoredObject.Parse(entry);
                var metadata = new JsonObject { ["resourceVersion"] = entry.Revision.ToString(CultureInfo.InvariantCulture) };
                Frame(pipe, type, StoredObject.Bytes(new TableWriter(kind, query, clock.GetUtcNow()).Table([obj], metadata, headings)).Span);
                headings = false;
                break;
            case Shape.PartialMetadata:
                Frame(pipe, type, StoredObject.Bytes(PartialMetadata.Of(StoredObject.Parse(entry))).Span);
                break;
            default:
                Frame(pipe, type, entry.Json.Span);
                break;
        }
    }

    /// <param name="initialEnd">True for the bookmark that ends the initial events (KEP-3157).</param>
    public void Bookmark(PipeWriter pipe, long revision, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var (name, version) = shape switch
        {
            Shape.Table => ("Table", "meta.k8s.io/v1"),
            Shape.PartialMetadata => ("PartialObjectMetadata", "meta.k8s.io/v1"),
            _ => (kind.Kind, kind.ApiVersion),
        };
        var obj = new JsonObject { ["kind"] = name, ["apiVersion"] = version, ["metadata"] = metadata };
        if (shape == Shape.Table) (obj["columnDefinitions"], obj["rows"]) = (new JsonArray(), new JsonArray());
        Frame(pipe, "BOOKMARK", StoredObject.Bytes(obj).Span);
    }

    public void Error(PipeWriter pipe, ApiException refusal) => Frame(pipe, "ERROR", ApiJson.Write(refusal.Status));

    static void Frame(PipeWriter pipe, string type, ReadOnlySpan<byte> obj)
    {
        var span = pipe.GetSpan(HeadBytes);
        var at = 0;
        Put(span, ref at, "{\"type\":\""u8);
        at += Encoding.ASCII.GetBytes(type, span[at..]);
        Put(span, ref at, "\",\"object\":"u8);
        pipe.Advance(at);
        // In pieces: asked for more than a block of its pool, a pipe takes an array from elsewhere.
        pipe.Write(obj);
        pipe.Write("}\n"u8);
    }

    static void Put(Span<byte> span, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[at..]);
        at += bytes.Length;
    }
}
