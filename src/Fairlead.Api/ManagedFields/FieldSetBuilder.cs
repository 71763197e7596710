namespace Fairlead.Api.ManagedFields;

/// <summary>
/// Makes sets from the inside out: open a level, add its nodes in any order, close it. One list serves all levels.
/// Owned by one walk.
/// </summary>
sealed class FieldSetBuilder
{
    readonly List<FieldSet.Node> nodes = [];

    /// <summary>Begins a level; the mark is for <see cref="Close"/>.</summary>
    public int Open() => nodes.Count;

    /// <summary>Adds a step to the open level; one that holds nothing is left out.</summary>
    public void Add(PathElement element, bool member, FieldSet children)
    {
        if (member || !children.IsEmpty) nodes.Add(new(element, member, children));
    }

    /// <summary>Ends the level that began at the mark. An element that was added twice is joined.</summary>
    public FieldSet Close(int mark)
    {
        var count = nodes.Count - mark;
        if (count == 0) return FieldSet.Empty;
        var level = new FieldSet.Node[count];
        nodes.CopyTo(mark, level, 0, count);
        nodes.RemoveRange(mark, count);
        for (var i = 1; i < count; i++)
            if (level[i - 1].Element.CompareTo(level[i].Element) >= 0)
                return new(Sorted(level));
        return new(level);
    }

    static FieldSet.Node[] Sorted(FieldSet.Node[] level)
    {
        Array.Sort(level, (a, b) => a.Element.CompareTo(b.Element));
        var last = 0;
        for (var i = 1; i < level.Length; i++)
        {
            if (!level[last].Element.Equals(level[i].Element)) level[++last] = level[i];
            else level[last] = new(level[i].Element, level[last].Member || level[i].Member, level[last].Children.Union(level[i].Children));
        }
        return level[..(last + 1)];
    }
}
