using Fairlead.Api.Json;
using Fairlead.Api.ManagedFields;
using Fairlead.Json;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>Turns objects into stored bytes and back. The bytes are what every reader is sent.</summary>
public static class StoredObject
{
    /// <summary>The object, owned by the caller.</summary>
    public static JsonObject Parse(StoreEntry entry) => JsonTree.ParseObject(entry.Json.Span);

    /// <summary>The object without managedFields, owned by the caller, and who owns its fields.</summary>
    public static JsonObject Parse(StoreEntry entry, out FieldManagers managers)
    {
        var obj = JsonTree.ParseWithout(entry.Json, "metadata", "managedFields", out var managedFields);
        try { managers = FieldManagers.Read(managedFields.Span); }
        catch (FormatException) { managers = FieldManagers.None; } // written by something else: as if there were none
        return obj;
    }

    /// <summary>The object without managedFields, owned by the caller.</summary>
    public static JsonObject ParseWithoutOwners(StoreEntry entry) => JsonTree.ParseWithout(entry.Json, "metadata", "managedFields", out _);

    /// <summary>The bytes without a revision, and the place where the store writes it.</summary>
    /// <param name="managers">What managedFields are to say; null leaves them as the object has them.</param>
    public static StoreValue Encode(JsonObject obj, FieldManagers? managers = null)
    {
        var slot = ResourceVersionSlot.Write(obj, managers);
        return new(slot.Json, slot.Offset);
    }

    /// <summary>The bytes of an object that is answered but not stored, with its owners and the revision that it has.</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonObject obj, FieldManagers managers)
    {
        if (managers.ToJson() is { } managedFields) obj.Metadata()["managedFields"] = managedFields;
        return Bytes(obj);
    }

    /// <summary>The bytes of an object that is answered but not stored (dry run, subresources of their own kind).</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonNode node) => JsonTree.Write(node);
}
