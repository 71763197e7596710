using System.Text.Json.Nodes;
using Fairlead.Api.Json;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>Turns objects into stored bytes and back. The bytes are what every reader is sent.</summary>
public static class StoredObject
{
    /// <summary>The object, owned by the caller.</summary>
    public static JsonObject Parse(StoreEntry entry) => JsonTree.ParseObject(entry.Json.Span);

    /// <summary>The bytes without a revision, and the place where the store writes it.</summary>
    public static StoreValue Encode(JsonObject obj)
    {
        var slot = ResourceVersionSlot.Write(obj);
        return new(slot.Json, slot.Offset);
    }

    /// <summary>The bytes of an object that is answered but not stored (dry run, subresources of their own kind).</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonNode node) => JsonTree.Write(node);
}
