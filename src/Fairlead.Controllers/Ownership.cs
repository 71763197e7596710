using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;

namespace Fairlead.Controllers;

/// <summary>Who manages an object: its one owner reference with controller true.</summary>
public static class Ownership
{
    public static OwnerReference? Controller(KubeObject obj) =>
        obj.Metadata.OwnerReferences?.FirstOrDefault(r => r.Controller == true);

    public static bool IsControlledBy(KubeObject obj, KubeObject owner) =>
        Controller(obj) is { } reference && reference.Uid == owner.Metadata.Uid;

    /// <summary>The key of the object's controller if that is of kind <typeparamref name="TOwner"/>.</summary>
    public static ObjectKey? ControllerKey<TOwner>(KubeObject? obj) where TOwner : KubeObject =>
        obj is not null && Controller(obj) is { } reference && reference.Kind == KindOf<TOwner>.Kind
            && GroupOf(reference.ApiVersion) == KindOf<TOwner>.Group
            ? new ObjectKey(obj.Metadata.Namespace ?? "", reference.Name)
            : null;

    /// <summary>
    /// Whether the owner may take orphans, asked of the server itself: a copy may not show yet that the owner is being
    /// deleted and has just set free what it would take back, to be collected with it.
    /// </summary>
    public static async Task<bool> MayAdoptAsync<TOwner>(KubeClient client, TOwner owner, CancellationToken cancellation) where TOwner : KubeObject =>
        await client.FindAsync<TOwner>(owner.Metadata.Namespace, owner.Metadata.Name!, cancellation).ConfigureAwait(false) is { Metadata.DeletionTimestamp: null } now
        && now.Metadata.Uid == owner.Metadata.Uid;

    /// <summary>A reference that makes <paramref name="owner"/> the controller.</summary>
    public static OwnerReference Reference<TOwner>(TOwner owner) where TOwner : KubeObject => new()
    {
        ApiVersion = KindOf<TOwner>.ApiVersion,
        Kind = KindOf<TOwner>.Kind,
        Name = owner.Metadata.Name!,
        Uid = owner.Metadata.Uid!,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    static string GroupOf(string apiVersion) => apiVersion.Contains('/') ? apiVersion[..apiVersion.IndexOf('/')] : "";
}
