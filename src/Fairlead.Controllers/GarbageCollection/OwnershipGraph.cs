using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Discovery;

namespace Fairlead.Controllers.GarbageCollection;

/// <summary>An object as the collector knows it: where it is, and its metadata.</summary>
public sealed record GraphNode(ApiResourceName Resource, PartialObjectMetadata Object)
{
    public string Uid => Object.Metadata.Uid!;
    public ObjectKey Key => ObjectKey.Of(Object);
    public IReadOnlyList<OwnerReference> Owners => Object.Metadata.OwnerReferences ?? [];
    public bool IsDeleting => Object.Metadata.DeletionTimestamp is not null;

    public bool Waits(string finalizer) => IsDeleting && Object.Metadata.Finalizers?.Contains(finalizer) == true;
}

/// <summary>Who owns whom, over all kinds. Fed by informers, read by the collector; thread-safe.</summary>
public sealed class OwnershipGraph
{
    readonly Lock gate = new();
    readonly Dictionary<string, GraphNode> nodes = [];
    readonly Dictionary<string, HashSet<string>> dependents = [];

    public void Put(GraphNode node)
    {
        lock (gate)
        {
            if (nodes.TryGetValue(node.Uid, out var old)) Unlink(old);
            nodes[node.Uid] = node;
            foreach (var owner in node.Owners)
            {
                if (!dependents.TryGetValue(owner.Uid, out var list)) dependents[owner.Uid] = list = [];
                list.Add(node.Uid);
            }
        }
    }

    public void Remove(string uid)
    {
        lock (gate)
        {
            if (nodes.Remove(uid, out var old)) Unlink(old);
        }
    }

    public GraphNode? Find(string uid)
    {
        lock (gate) return nodes.GetValueOrDefault(uid);
    }

    /// <summary>The objects that name the uid as an owner.</summary>
    public IReadOnlyList<GraphNode> Dependents(string uid)
    {
        lock (gate) return dependents.TryGetValue(uid, out var list) ? [.. list.Select(d => nodes[d])] : [];
    }

    void Unlink(GraphNode node)
    {
        foreach (var owner in node.Owners)
        {
            if (!dependents.TryGetValue(owner.Uid, out var list)) continue;
            list.Remove(node.Uid);
            if (list.Count == 0) dependents.Remove(owner.Uid);
        }
    }
}
