namespace Fairlead.Store.Caching;

/// <summary>
/// Entries in ordinal order of their keys, as an immutable B-tree: a change copies one node a level and shares the
/// rest, so every version that a reader holds stays whole without a lock. Seeking, counting and changing cost the
/// tree's height (three at 100,000 entries).
/// </summary>
readonly struct EntryTree
{
    readonly EntryNode? root;

    EntryTree(EntryNode? root) => this.root = root;

    public int Count => root?.Count ?? 0;

    /// <summary>A tree of entries that are already in order.</summary>
    public static EntryTree FromSorted(IReadOnlyList<StoreEntry> entries)
    {
        var level = new List<EntryNode>();
        for (var i = 0; i < entries.Count; i += EntryNode.Fill)
        {
            level.Add(EntryNode.Leaf([.. entries.Skip(i).Take(EntryNode.Fill)]));
        }
        while (level.Count > 1) level = [.. level.Chunk(EntryNode.Fill).Select(EntryNode.Inner)];
        return new(level.Count == 0 ? null : level[0]);
    }

    public StoreEntry? Find(string key)
    {
        if (root is null) return null;
        var node = root;
        while (node.Children is { } children) node = children[node.ChildFor(key)];
        var at = node.IndexOf(key);
        return at >= 0 ? node.Entries![at] : null;
    }

    /// <summary>With the entry in the place of the one of the same key, if there is one.</summary>
    public EntryTree With(StoreEntry entry)
    {
        if (root is null) return new(EntryNode.Leaf([entry]));
        var (node, split) = root.With(entry);
        return new(split is null ? node : EntryNode.Inner([node, split]));
    }

    public EntryTree Without(string key)
    {
        var node = root?.Without(key);
        while (node?.Children is { Length: 1 } only) node = only[0];
        return new(node);
    }

    /// <summary>How many keys come before this one.</summary>
    public int CountBefore(string key)
    {
        var count = 0;
        for (var node = root; node is not null;)
        {
            if (node.Children is not { } children)
            {
                var at = node.IndexOf(key);
                return count + (at >= 0 ? at : ~at);
            }
            var child = node.ChildFor(key);
            for (var i = 0; i < child; i++) count += children[i].Count;
            node = children[child];
        }
        return count;
    }

    /// <summary>Copies entries in order, beginning with the one at position <paramref name="start"/>.</summary>
    public void CopyTo(int start, Span<StoreEntry> target) => root?.CopyTo(start, target);
}
