using Fairlead.Api.ManagedFields;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Matching;

/// <summary>
/// Who owns the fields of the objects of one write. The stages of a write keep owners beside the object; webhooks and
/// policies find them in metadata.managedFields, where they are put when the first of them looks and taken from when the
/// phase ends. Belongs to the write's task.
/// </summary>
/// <param name="after">The owners that the write makes, before admission: what that changes belongs to nobody, as upstream.</param>
/// <param name="before">The owners that are stored.</param>
public sealed class ShownOwners(FieldManagers after, FieldManagers before)
{
    const string Field = "managedFields";

    JsonNode? shown;
    bool isShown;

    /// <summary>The owners of the new object, as webhooks left them.</summary>
    public FieldManagers After { get; private set; } = after;

    /// <summary>Puts them into the objects, once.</summary>
    public void Show(JsonObject? obj, JsonObject? old)
    {
        if (isShown) return;
        isShown = true;
        if (obj is not null && After.ToJson() is { } now)
        {
            obj.Metadata()[Field] = now;
            shown = now.DeepClone();
        }
        if (old is not null && before.ToJson() is { } stored) old.Metadata()[Field] = stored;
    }

    /// <summary>Takes them out of the objects. What a webhook made of them counts if it can be read; else the writer is warned.</summary>
    public void Hide(WriteContext context, JsonObject? obj, JsonObject? old)
    {
        var left = Take(obj);
        Take(old);
        if (!isShown) return;
        isShown = false;
        var before = shown;
        shown = null;
        if (obj is null || JsonNode.DeepEquals(left, before)) return;
        try { After = FieldManagers.Read(left); }
        catch (FormatException e)
        {
            context.Warn($".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: {e.Message}");
        }
    }

    static JsonNode? Take(JsonObject? obj)
    {
        if (obj?["metadata"] is not JsonObject metadata || metadata[Field] is not { } list) return null;
        metadata.Remove(Field);
        return list;
    }
}
