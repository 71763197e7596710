using System.Text;

namespace Fairlead.Api.ManagedFields;

/// <summary>
/// A set of paths, as a tree: what one manager owns, or what a change touched. A path may be in the set without its
/// children and the other way round. Immutable.
/// </summary>
public sealed class FieldSet
{
    /// <summary>One step: whether the path that ends here is in the set, and what of the set lies below.</summary>
    internal readonly record struct Node(PathElement Element, bool Member, FieldSet Children);

    public static readonly FieldSet Empty = new([]);

    readonly Node[] nodes;

    // In the order of their elements, each once, none of them without member and children.
    internal FieldSet(Node[] nodes) => this.nodes = nodes;

    internal ReadOnlySpan<Node> Nodes => nodes;

    /// <summary>The set in the form FieldsV1, where it is known.</summary>
    internal ReadOnlyMemory<byte> Json { get; set; }

    public bool IsEmpty => nodes.Length == 0;

    /// <summary>A set of paths of field names, such as metadata.name.</summary>
    public static FieldSet OfFields(params string[] dotted)
    {
        var set = Empty;
        foreach (var path in dotted)
        {
            var one = Empty;
            foreach (var name in path.Split('.').Reverse())
                one = new([new(PathElement.Field(name), one.IsEmpty, one)]);
            set = set.Union(one);
        }
        return set;
    }

    /// <summary>What is in either set.</summary>
    public FieldSet Union(FieldSet other) => Zip(other, keepLeft: true, keepRight: true,
        (a, b) => new(a.Element, a.Member || b.Member, a.Children.Union(b.Children)));

    /// <summary>What is in both sets.</summary>
    public FieldSet Intersect(FieldSet other) => Zip(other, keepLeft: false, keepRight: false,
        (a, b) => new(a.Element, a.Member && b.Member, a.Children.Intersect(b.Children)));

    /// <summary>What is in this set and not in the other; children of a path that is taken away stay.</summary>
    public FieldSet Except(FieldSet other) => Zip(other, keepLeft: true, keepRight: false,
        (a, b) => new(a.Element, a.Member && !b.Member, a.Children.Except(b.Children)));

    /// <summary>What is neither in the other set nor below a path of it.</summary>
    public FieldSet ExceptBelow(FieldSet other) => Zip(other, keepLeft: true, keepRight: false,
        (a, b) => b.Member ? default : new(a.Element, a.Member, a.Children.ExceptBelow(b.Children)));

    /// <summary>The part of the set at some fields of the root and below.</summary>
    public FieldSet Within(FieldSet fields) => Zip(fields, keepLeft: false, keepRight: false,
        (a, b) => b.Member ? a : new(a.Element, false, a.Children.Within(b.Children)));

    /// <summary>True if the path that ends at the element is in the set.</summary>
    public bool Has(PathElement element) => Find(element) is { Member: true };

    /// <summary>What lies below an element, without it.</summary>
    public FieldSet Below(PathElement element) => Find(element)?.Children ?? Empty;

    internal Node? Find(PathElement element)
    {
        var (low, high) = (0, nodes.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = nodes[middle].Element.CompareTo(element);
            if (order == 0) return nodes[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }

    /// <summary>Every path in the set as messages show it, such as .spec.containers[name="web"].image; parents first.</summary>
    public IEnumerable<string> Paths()
    {
        var paths = new List<string>();
        Collect(new StringBuilder(), paths);
        return paths;
    }

    void Collect(StringBuilder prefix, List<string> paths)
    {
        foreach (var node in nodes)
        {
            var length = prefix.Length;
            prefix.Append(node.Element.ToString());
            if (node.Member) paths.Add(prefix.ToString());
            node.Children.Collect(prefix, paths);
            prefix.Length = length;
        }
    }

    /// <summary>True if both hold the same paths.</summary>
    public bool SetEquals(FieldSet other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (nodes.Length != other.nodes.Length) return false;
        for (var i = 0; i < nodes.Length; i++)
        {
            var (a, b) = (nodes[i], other.nodes[i]);
            if (!a.Element.Equals(b.Element) || a.Member != b.Member || !a.Children.SetEquals(b.Children)) return false;
        }
        return true;
    }

    // A set that did not change stays the same, and what is known of it.
    bool IsOf(List<Node> kept)
    {
        if (kept.Count != nodes.Length) return false;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (kept[i].Member != nodes[i].Member || !ReferenceEquals(kept[i].Children, nodes[i].Children) || !kept[i].Element.Equals(nodes[i].Element)) return false;
        }
        return true;
    }

    /// <summary>Walks both sets in order; nodes that both have go through the function, others stay if asked to.</summary>
    FieldSet Zip(FieldSet other, bool keepLeft, bool keepRight, Func<Node, Node, Node> both)
    {
        if (IsEmpty) return keepRight ? other : Empty;
        if (other.IsEmpty) return keepLeft ? this : Empty;
        var kept = new List<Node>(nodes.Length);
        var (i, j) = (0, 0);
        while (i < nodes.Length && j < other.nodes.Length)
        {
            var order = nodes[i].Element.CompareTo(other.nodes[j].Element);
            if (order < 0)
            {
                if (keepLeft) kept.Add(nodes[i]);
                i++;
            }
            else if (order > 0)
            {
                if (keepRight) kept.Add(other.nodes[j]);
                j++;
            }
            else if (both(nodes[i++], other.nodes[j++]) is { Children: not null } node && (node.Member || !node.Children.IsEmpty)) kept.Add(node);
        }
        if (keepLeft) kept.AddRange(nodes.AsSpan(i));
        if (keepRight) kept.AddRange(other.nodes.AsSpan(j));
        return kept.Count == 0 ? Empty : IsOf(kept) ? this : new([.. kept]);
    }
}
