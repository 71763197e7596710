using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Authentication;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Registry;

/// <summary>How strictly unknown and duplicate fields are taken (KEP-2885).</summary>
public enum FieldValidation { Warn, Ignore, Strict }

/// <summary>What the stages of one write know beside the object itself.</summary>
/// <param name="Target">Kind, namespace, name and subresource; Name is null at a create until the object has one.</param>
/// <param name="Warn">Adds a Warning header to the answer.</param>
public sealed record WriteContext(RequestTarget Target, UserInfo User, bool DryRun, FieldValidation Validation, Action<string> Warn)
{
    /// <summary>Who the written fields belong to; null for a write that leaves their owners alone.</summary>
    public string? FieldManager { get; init; }

    /// <summary>True if an apply takes fields from their owners.</summary>
    public bool Force { get; init; }

    /// <summary>The kind in the version that the request speaks of, if it is stored in another.</summary>
    public ResourceDefinition? Requested { get; init; }

    /// <summary>What a subresource makes, if that is no object of the kind itself: Binding, Scale, PodExecOptions…</summary>
    public GroupVersionKind? Form { get; init; }

    /// <summary>How a deletion is asked for; null for other writes.</summary>
    public DeleteOptions? Deletion { get; init; }

    /// <summary>True if the rules of admission have judged this write in another form already.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>True for the server's own writes, which no webhook or policy may keep from it.</summary>
    public bool IsInternal { get; init; }

    /// <summary>The owners of fields that webhooks and policies are shown; null if none is there to look.</summary>
    public ShownOwners? Owners { get; init; }

    /// <summary>Adds an annotation (key, value) to the request's audit event.</summary>
    public Action<string, string> Annotate { get; init; } = (_, _) => { };

    public ResourceDefinition Kind => Target.Definition!;
    public string? Namespace => Target.Namespace;

    /// <summary>The server's own writes.</summary>
    public static WriteContext Internal(ResourceDefinition kind, string? ns, string? name) => new(
        new RequestTarget("create", "", kind, ns, name, "", ""),
        new UserInfo("system:apiserver", [UserInfo.MastersGroup]), false, FieldValidation.Ignore, _ => { }) { FieldManager = "kube-apiserver", IsInternal = true };
}
