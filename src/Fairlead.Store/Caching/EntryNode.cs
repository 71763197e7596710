namespace Fairlead.Store.Caching;

/// <summary>A node of an <see cref="EntryTree"/>: a leaf with entries or an inner node with children. Immutable.</summary>
sealed class EntryNode
{
    const int Most = 64, Fewest = 16;

    /// <summary>How full a tree is made that is built at once: room for growth without an early split.</summary>
    public const int Fill = 48;

    readonly string first;

    EntryNode(StoreEntry[]? entries, EntryNode[]? children)
    {
        Entries = entries;
        Children = children;
        first = entries is not null ? entries[0].Key : children![0].first;
        Count = entries?.Length ?? Total(children!);
    }

    public StoreEntry[]? Entries { get; }

    public EntryNode[]? Children { get; }

    /// <summary>Entries below this node.</summary>
    public int Count { get; }

    int Width => Entries?.Length ?? Children!.Length;

    public static EntryNode Leaf(StoreEntry[] entries) => new(entries, null);

    public static EntryNode Inner(EntryNode[] children) => new(null, children);

    /// <summary>The child that holds the key if any does: the last that does not begin after it.</summary>
    public int ChildFor(string key)
    {
        int low = 1, high = Children!.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(Children[middle].first, key) <= 0) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    /// <summary>The entry's index in this leaf, or the complement of where it would go.</summary>
    public int IndexOf(string key)
    {
        int low = 0, high = Entries!.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(Entries[middle].Key, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    /// <summary>This node with the entry; a second node when it had to be split.</summary>
    public (EntryNode Node, EntryNode? Split) With(StoreEntry entry)
    {
        if (Entries is not null)
        {
            var at = IndexOf(entry.Key);
            return at >= 0 ? (Leaf(Replaced(Entries, at, 1, entry)), null) : Split(Replaced(Entries, ~at, 0, entry), Leaf);
        }
        var child = ChildFor(entry.Key);
        var (node, split) = Children![child].With(entry);
        return split is null
            ? (Inner(Replaced(Children, child, 1, node)), null)
            : Split(Replaced(Children, child, 1, node, split), Inner);
    }

    /// <summary>This node without the key; null when nothing is left.</summary>
    public EntryNode? Without(string key)
    {
        if (Entries is not null)
        {
            var at = IndexOf(key);
            if (at < 0) return this;
            return Entries.Length == 1 ? null : Leaf(Replaced<StoreEntry>(Entries, at, 1));
        }
        var child = ChildFor(key);
        var old = Children![child];
        var node = old.Without(key);
        if (ReferenceEquals(node, old)) return this;
        if (node is null) return Children.Length == 1 ? null : Inner(Replaced<EntryNode>(Children, child, 1));
        var children = Replaced(Children, child, 1, node);
        return Inner(node.Width < Fewest && children.Length > 1 ? Merged(children, Math.Max(1, child)) : children);
    }

    public void CopyTo(int start, Span<StoreEntry> target)
    {
        if (Entries is not null)
        {
            Entries.AsSpan(start, target.Length).CopyTo(target);
            return;
        }
        foreach (var child in Children!)
        {
            if (target.IsEmpty) return;
            if (start >= child.Count)
            {
                start -= child.Count;
                continue;
            }
            var take = Math.Min(child.Count - start, target.Length);
            child.CopyTo(start, target[..take]);
            target = target[take..];
            start = 0;
        }
    }

    /// <summary>The children with the pair that ends at <paramref name="right"/> made one, if one node can hold both.</summary>
    static EntryNode[] Merged(EntryNode[] children, int right)
    {
        var (a, b) = (children[right - 1], children[right]);
        if (a.Width + b.Width > Most) return children;
        var both = a.Entries is not null ? Leaf([.. a.Entries, .. b.Entries!]) : Inner([.. a.Children!, .. b.Children!]);
        return Replaced(children, right - 1, 2, both);
    }

    static (EntryNode, EntryNode?) Split<T>(T[] items, Func<T[], EntryNode> make)
    {
        if (items.Length <= Most) return (make(items), null);
        // Keys often come in order (generated names, times): leave the left half fuller.
        var middle = items.Length * 3 / 4;
        return (make(items[..middle]), make(items[middle..]));
    }

    static T[] Replaced<T>(T[] items, int at, int remove, params ReadOnlySpan<T> insert)
    {
        var changed = new T[items.Length - remove + insert.Length];
        items.AsSpan(0, at).CopyTo(changed);
        insert.CopyTo(changed.AsSpan(at));
        items.AsSpan(at + remove).CopyTo(changed.AsSpan(at + insert.Length));
        return changed;
    }

    static int Total(EntryNode[] children)
    {
        var total = 0;
        foreach (var child in children) total += child.Count;
        return total;
    }
}
