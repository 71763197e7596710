using Fairlead.Api.Apps.V1;
using Fairlead.Api.Autoscaling.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Discovery;
using Fairlead.Json;

namespace Fairlead.Controllers.Disruption;

/// <summary>
/// How many Pods an owner of Pods wants: from the copies of the workload kinds, else, also when a Pod is seen before its
/// owner, from the owner's scale subresource.
/// </summary>
public sealed class OwnerScale(KubeClient client, InformerSet informers)
{
    readonly Informer<Deployment> deployments = informers.Of<Deployment>();
    readonly Informer<ReplicaSet> sets = informers.Of<ReplicaSet>();
    readonly Informer<StatefulSet> statefulSets = informers.Of<StatefulSet>();
    readonly Informer<ReplicationController> controllers = informers.Of<ReplicationController>();

    /// <summary>The uid and the wish of what controls the Pod in the end: of a Deployment rather than of its ReplicaSet.</summary>
    /// <returns>Null if the owner has gone.</returns>
    /// <exception cref="InvalidOperationException">The owner's kind is not known or has no scale.</exception>
    /// <exception cref="ApiException">It could not be read.</exception>
    public async Task<(string Uid, int Wanted)?> OfAsync(string ns, OwnerReference owner, CancellationToken cancellation)
    {
        var key = new ObjectKey(ns, owner.Name);
        (string, int)? copied = (owner.Kind, Group(owner)) switch
        {
            ("ReplicationController", "") when controllers.Get(key) is { } c && c.Metadata.Uid == owner.Uid => (owner.Uid, c.Spec?.Replicas ?? 1),
            ("StatefulSet", "apps") when statefulSets.Get(key) is { } s && s.Metadata.Uid == owner.Uid => (owner.Uid, s.Spec?.Replicas ?? 1),
            ("ReplicaSet", "apps") when sets.Get(key) is { } set && set.Metadata.Uid == owner.Uid => OfSet(set),
            _ => null,
        };
        return copied ?? await ReadAsync(ns, owner, cancellation).ConfigureAwait(false);
    }

    (string, int) OfSet(ReplicaSet set)
    {
        if (Ownership.Controller(set) is { Kind: "Deployment" } above && Group(above) == "apps"
            && deployments.Get(new(set.Metadata.Namespace!, above.Name)) is { } deployment && deployment.Metadata.Uid == above.Uid)
            return (above.Uid, deployment.Spec?.Replicas ?? 1);
        return (set.Metadata.Uid!, set.Spec?.Replicas ?? 1);
    }

    async Task<(string, int)?> ReadAsync(string ns, OwnerReference owner, CancellationToken cancellation)
    {
        var (resource, scales) = await ResourceAsync(owner, cancellation).ConfigureAwait(false);
        if (!scales) throw new InvalidOperationException($"{resource.Plural}{(resource.Group.Length == 0 ? "" : "." + resource.Group)} does not implement the scale subresource");
        try
        {
            var answer = await client.RawAsync(ApiRequest.Get(resource.Path(new ObjectKey(ns, owner.Name)) + "/scale"), cancellation).ConfigureAwait(false);
            var scale = ApiJson.Read<Scale>(answer.Body.Span);
            return scale.Metadata.Uid == owner.Uid ? (owner.Uid, scale.Spec?.Replicas ?? 0) : null;
        }
        catch (ApiException e) when (e.IsNotFound) { return null; }
    }

    async Task<(ApiResourceName Resource, bool Scales)> ResourceAsync(OwnerReference owner, CancellationToken cancellation)
    {
        var unknown = $"no matches for kind \"{owner.Kind}\" in version \"{owner.ApiVersion}\"";
        ApiResponse answer;
        try
        {
            var path = owner.ApiVersion.Contains('/') ? $"/apis/{owner.ApiVersion}" : $"/api/{owner.ApiVersion}";
            answer = await client.RawAsync(ApiRequest.Get(path), cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound) { throw new InvalidOperationException(unknown); }
        var resources = (JsonNode.Parse(answer.Body.Span)!["resources"]?.AsArray() ?? []).OfType<JsonObject>().ToList();
        if (resources.FirstOrDefault(r => (string?)r["kind"] == owner.Kind && !((string)r["name"]!).Contains('/')) is not { } found)
            throw new InvalidOperationException(unknown);
        var plural = (string)found["name"]!;
        var version = owner.ApiVersion[(owner.ApiVersion.IndexOf('/') + 1)..];
        return (new(Group(owner), version, plural, owner.Kind, (bool?)found["namespaced"] ?? false, []), resources.Any(r => (string?)r["name"] == plural + "/scale"));
    }

    static string Group(OwnerReference owner) => owner.ApiVersion.Contains('/') ? owner.ApiVersion[..owner.ApiVersion.IndexOf('/')] : "";
}
