using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Admission;

/// <summary>
/// Objects are created only in namespaces that exist and are not being deleted; the namespaces that the cluster needs
/// are not deleted at all.
/// </summary>
public sealed class NamespaceLifecycle(IStore store, ResourceDefinition namespaces) : IAdmission
{
    static readonly string[] Immortal = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (operation == AdmissionOperation.Delete && context.Kind == namespaces && Immortal.Contains(context.Target.Name))
        {
            throw Refuse.Forbidden(namespaces, context.Target.Name!, "this namespace may not be deleted");
        }
        if (operation == AdmissionOperation.Create && context.Kind == namespaces) Complete(obj!);
        if (operation != AdmissionOperation.Create || context.Namespace is not { } ns || !context.Kind.IsStored) return; // a review tells nothing of a namespace
        var entry = await store.GetAsync(ObjectKeys.Object(namespaces, null, ns), cancellation).ConfigureAwait(false)
            ?? throw Refuse.NotFound(namespaces, ns);
        if (!IsTerminating(entry)) return;
        throw Refuse.Forbidden(context.Kind, obj?.Name() ?? "",
            $"unable to create new content in namespace {ns} because it is being terminated",
            new StatusCause { Reason = "NamespaceTerminating", Message = $"namespace {ns} is being terminated", Field = "metadata.namespace" });
    }

    /// <summary>A namespace carries its name as a label, and goes only when its content has gone.</summary>
    static void Complete(JsonObject obj)
    {
        if (obj["spec"] is not JsonObject) obj["spec"] = new JsonObject();
        obj["spec"]!["finalizers"] ??= new JsonArray("kubernetes");
        obj["status"] = new JsonObject { ["phase"] = "Active" };
        if (obj.Metadata()["labels"] is not JsonObject) obj.Metadata()["labels"] = new JsonObject();
        if (obj.Name() is { Length: > 0 } name) obj.Metadata()["labels"]!["kubernetes.io/metadata.name"] = name;
    }

    /// <summary>Read without decoding: the key appears in a namespace's bytes only when its deletion was asked for.</summary>
    static bool IsTerminating(StoreEntry entry) =>
        entry.Json.Span.IndexOf("\"deletionTimestamp\":"u8) >= 0 && StoredObject.Parse(entry).Metadata().Text("deletionTimestamp") is not null;
}
