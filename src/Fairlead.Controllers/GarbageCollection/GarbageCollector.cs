using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Discovery;
using Fairlead.Client.Reconciling;
using Fairlead.Json;

namespace Fairlead.Controllers.GarbageCollection;

/// <summary>
/// Removes what has lost all its owners, and serves the two finalizers by which a delete asks for more: with
/// foregroundDeletion the dependents go first, with orphan they are set free. Keyed by uid (in the key's name).
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/architecture/garbage-collection/</remarks>
public sealed class GarbageCollector : IController
{
    const string Foreground = "foregroundDeletion";
    const string Orphan = "orphan";
    static readonly TimeSpan LookForNewKinds = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>A kind that cannot be listed does not hold up all others for longer.</summary>
    static readonly TimeSpan LongestUnknown = TimeSpan.FromSeconds(30);

    readonly ControllerContext context;
    readonly OwnershipGraph graph = new();
    readonly Dictionary<(string, string), Task> watching = [];
    IReadOnlyList<ApiResourceName> resources = [];

    // Completes when every kind found so far is in the graph: before, who has no dependents is not known. Null until kinds were looked for.
    Task? known;

    public GarbageCollector(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        // The empty key stands for "see which kinds there are"; it comes back by itself.
        Queue.Add(new("", ""));
    }

    public string Name => "garbage-collector-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (key.Name.Length == 0) return await WatchAllAsync(cancellation).ConfigureAwait(false);
        if (known is not { IsCompleted: true }) return LookAgain;
        if (graph.Find(key.Name) is not { } node) return null;
        if (node.Waits(Orphan)) await SetDependentsFreeAsync(node, cancellation).ConfigureAwait(false);
        else if (node.Waits(Foreground)) await DeleteDependentsFirstAsync(node, cancellation).ConfigureAwait(false);
        else if (!node.IsDeleting && node.Owners.Count > 0) await CollectAsync(node, cancellation).ConfigureAwait(false);
        return null;
    }

    async Task<TimeSpan?> WatchAllAsync(CancellationToken cancellation)
    {
        resources = (await ApiCatalog.ReadAsync(context.Client, cancellation).ConfigureAwait(false)).Resources;
        var synced = new List<Task>();
        foreach (var resource in resources)
        {
            // Events own nothing and are many.
            if (resource.Kind == "Event" || !resource.Verbs.Contains("watch") || !resource.Verbs.Contains("delete")) continue;
            if (watching.ContainsKey((resource.Group, resource.Plural))) continue;
            var informer = new Informer<PartialObjectMetadata>(new MetadataListWatch(context.Client, resource), line => context.Log($"{resource.Plural} of {resource.ApiVersion}: {line}"));
            informer.OnChange((old, now) => Changed(resource, old, now));
            watching[(resource.Group, resource.Plural)] = informer.RunAsync(cancellation);
            synced.Add(informer.Synced);
        }
        if (synced.Count > 0) known = Task.WhenAll(known ?? Task.CompletedTask, Task.WhenAny(Task.WhenAll(synced), Task.Delay(LongestUnknown, cancellation)));
        return LookForNewKinds;
    }

    void Changed(ApiResourceName resource, PartialObjectMetadata? old, PartialObjectMetadata? now)
    {
        if (old?.Metadata.Uid is { } was && was != now?.Metadata.Uid)
        {
            var gone = graph.Find(was);
            graph.Remove(was);
            foreach (var dependent in graph.Dependents(was)) Queue.Add(new("", dependent.Uid));
            // An owner that waits for this one to go may go now.
            foreach (var owner in gone?.Owners ?? []) Queue.Add(new("", owner.Uid));
        }
        if (now?.Metadata.Uid is null) return;
        var node = new GraphNode(resource, now);
        var before = graph.Find(node.Uid);
        graph.Put(node);
        // An owner that waits for its dependents may have lost one that lives on without it.
        foreach (var owner in before?.Owners ?? []) if (node.Owners.All(o => o.Uid != owner.Uid)) Queue.Add(new("", owner.Uid));
        if (node.Owners.Count > 0 || node.IsDeleting) Queue.Add(new("", node.Uid));
        foreach (var owner in node.Owners.Where(o => graph.Find(o.Uid)?.IsDeleting == true)) Queue.Add(new("", owner.Uid));
    }

    async Task CollectAsync(GraphNode node, CancellationToken cancellation)
    {
        // The copy may lag behind: what is deleted here is gone, so its owners are read anew.
        if (await LiveAsync(node, cancellation).ConfigureAwait(false) is not { IsDeleting: false } live) return;
        node = live;
        var solid = 0;
        var dead = new List<OwnerReference>();
        var waiting = new List<OwnerReference>();
        foreach (var owner in node.Owners)
        {
            var known = graph.Find(owner.Uid) ?? await LookUpAsync(node, owner, cancellation).ConfigureAwait(false);
            if (known is null) dead.Add(owner);
            else if (known.Waits(Foreground)) waiting.Add(owner);
            else solid++;
        }
        if (solid > 0)
        {
            // It lives on for the owners that stay; those that go need not wait for it.
            if (dead.Count + waiting.Count > 0) await DropReferencesAsync(node, [.. dead, .. waiting], cancellation).ConfigureAwait(false);
            return;
        }
        if (dead.Count + waiting.Count == 0) return;
        // In a circle each would wait for the next: the one that closes it lets its owners go first.
        if (waiting.Count > 0 && node.Owners.Any(o => o.BlockOwnerDeletion == true) && graph.Dependents(node.Uid).Any(d => d.Waits(Foreground)))
        {
            await UnblockOwnersAsync(node, cancellation).ConfigureAwait(false);
            return;
        }
        // What has dependents that block goes in the foreground itself when its owner waits for it.
        var policy = waiting.Count > 0 && graph.Dependents(node.Uid).Any(d => d.Owners.Any(o => o.Uid == node.Uid && o.BlockOwnerDeletion == true)) ? "Foreground" : "Background";
        await DeleteAsync(node, policy, cancellation).ConfigureAwait(false);
    }

    async Task<GraphNode?> LiveAsync(GraphNode node, CancellationToken cancellation)
    {
        try
        {
            var answer = await context.Client.RawAsync(ApiRequest.Get(node.Resource.Path(node.Key)), cancellation).ConfigureAwait(false);
            var found = new GraphNode(node.Resource, ApiJson.Read<PartialObjectMetadata>(answer.Body.Span));
            return found.Uid == node.Uid ? found : null;
        }
        catch (ApiException e) when (e.IsNotFound) { return null; }
    }

    /// <summary>Asks the server about an owner that no watch has shown: absent means collected, so this must not be a guess.</summary>
    async Task<GraphNode?> LookUpAsync(GraphNode node, OwnerReference owner, CancellationToken cancellation)
    {
        var group = owner.ApiVersion.Contains('/') ? owner.ApiVersion[..owner.ApiVersion.IndexOf('/')] : "";
        var resource = resources.FirstOrDefault(r => r.Group == group && r.Kind == owner.Kind)
            ?? throw new InvalidOperationException($"{node.Resource.Kind} {node.Key} has an owner of the unknown kind {owner.ApiVersion} {owner.Kind}; it is left alone");
        var key = new ObjectKey(resource.Namespaced ? node.Key.Namespace : "", owner.Name);
        try
        {
            var answer = await context.Client.RawAsync(ApiRequest.Get(resource.Path(key)), cancellation).ConfigureAwait(false);
            var found = ApiJson.Read<PartialObjectMetadata>(answer.Body.Span);
            return found.Metadata.Uid == owner.Uid ? new GraphNode(resource, found) : null;
        }
        catch (ApiException e) when (e.IsNotFound) { return null; }
    }

    async Task DeleteDependentsFirstAsync(GraphNode node, CancellationToken cancellation)
    {
        var dependents = graph.Dependents(node.Uid);
        foreach (var dependent in dependents.Where(d => !d.IsDeleting)) Queue.Add(new("", dependent.Uid));
        var blocking = dependents.Any(d => d.Owners.Any(o => o.Uid == node.Uid && o.BlockOwnerDeletion == true));
        if (!blocking) await RemoveFinalizerAsync(node, Foreground, cancellation).ConfigureAwait(false);
    }

    async Task SetDependentsFreeAsync(GraphNode node, CancellationToken cancellation)
    {
        foreach (var dependent in graph.Dependents(node.Uid))
        {
            await DropReferencesAsync(dependent, [.. dependent.Owners.Where(o => o.Uid == node.Uid)], cancellation).ConfigureAwait(false);
        }
        await RemoveFinalizerAsync(node, Orphan, cancellation).ConfigureAwait(false);
    }

    Task DropReferencesAsync(GraphNode node, IReadOnlyList<OwnerReference> drop, CancellationToken cancellation)
    {
        var kept = node.Owners.Except(drop).Select(o => JsonNode.Parse(ApiJson.Write(o)));
        return PatchMetadataAsync(node, "ownerReferences", new JsonArray([.. kept]), cancellation);
    }

    /// <summary>Its owners no longer wait for it. The change comes back by the watch, and what was to be done to it goes on.</summary>
    Task UnblockOwnersAsync(GraphNode node, CancellationToken cancellation)
    {
        var owners = node.Owners.Select(o => JsonNode.Parse(ApiJson.Write(o with { BlockOwnerDeletion = false })));
        return PatchMetadataAsync(node, "ownerReferences", new JsonArray([.. owners]), cancellation);
    }

    Task RemoveFinalizerAsync(GraphNode node, string finalizer, CancellationToken cancellation)
    {
        var kept = (node.Object.Metadata.Finalizers ?? []).Where(f => f != finalizer).Select(f => (JsonNode?)f);
        return PatchMetadataAsync(node, "finalizers", new JsonArray([.. kept]), cancellation);
    }

    // The resourceVersion makes the patch fail if anything changed since; the newer state then comes by the watch.
    async Task PatchMetadataAsync(GraphNode node, string field, JsonArray value, CancellationToken cancellation)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Uid, ["resourceVersion"] = node.Object.Metadata.ResourceVersion, [field] = value },
        };
        var request = new ApiRequest("PATCH", node.Resource.Path(node.Key), "application/merge-patch+json", JsonSerializer.SerializeToUtf8Bytes(patch, ApiJson.Info<JsonObject>()));
        try { await context.Client.RawAsync(request, cancellation).ConfigureAwait(false); }
        catch (ApiException e) when (e.IsNotFound) { }
    }

    async Task DeleteAsync(GraphNode node, string policy, CancellationToken cancellation)
    {
        var options = new DeleteOptions { PropagationPolicy = policy, Preconditions = new() { Uid = node.Uid, ResourceVersion = node.Object.Metadata.ResourceVersion } };
        try
        {
            await context.Client.RawAsync(new ApiRequest("DELETE", node.Resource.Path(node.Key), "application/json", ApiJson.Write(options)), cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound) { }
    }
}
