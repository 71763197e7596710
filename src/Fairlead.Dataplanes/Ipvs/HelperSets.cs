using Fairlead.Linux.IpSets;
using Fairlead.Wire.IpSets;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>The sets that the helper rules look into, of both families.</summary>
sealed class HelperSets(IpSetTable table, IReadOnlyList<IpvsFamily> families)
{
    readonly IReadOnlyList<IpSetSpec> ordered = [.. families.SelectMany(IpvsSets.All)];
    readonly IReadOnlyList<IpSetSpec> all = [.. families.SelectMany(f => (IEnumerable<IpSetSpec>)[.. IpvsSets.All(f), IpvsSets.OwnOf(f)])];

    /// <summary>Makes those that are not there.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="Fairlead.Linux.LinuxException">One of another type is there, and somebody's rule looks into it.</exception>
    public int Ensure()
    {
        var made = 0;
        foreach (var set in all)
        {
            var type = table.TypeOf(set.Name);
            if (type == set.Type) continue;
            if (type is not null) table.Destroy(set.Name);
            table.Create(set);
            made++;
        }
        return made;
    }

    /// <summary>Finds what must be added and removed so that the sets hold just this.</summary>
    public SetPlan Compare(IEnumerable<SetMember> wanted)
    {
        var members = wanted.ToLookup(m => m.Set, m => m.Element);
        var plan = new SetPlan();
        foreach (var set in ordered)
        {
            var left = members[set.Name].ToHashSet();
            foreach (var element in table.Elements(set.Name))
            {
                if (!left.Remove(element)) plan.Remove.Add(new(set.Name, element));
            }
            plan.Add.AddRange(left.Select(e => new SetMember(set.Name, e)));
        }
        return plan;
    }

    /// <summary>Adds elements, in the order in which the sets are to be filled.</summary>
    public void Add(IEnumerable<SetMember> members) => Change(members, ordered, table.Add);

    /// <summary>Removes elements, in the opposite order.</summary>
    public void Remove(IEnumerable<SetMember> members) => Change(members, ordered.Reverse(), table.Remove);

    static void Change(IEnumerable<SetMember> members, IEnumerable<IpSetSpec> order, Action<string, IReadOnlyList<IpSetElement>> change)
    {
        var elements = members.ToLookup(m => m.Set, m => m.Element);
        if (elements.Count == 0) return;
        foreach (var set in order.Where(s => elements.Contains(s.Name))) change(set.Name, [.. elements[set.Name]]);
    }

    /// <summary>Whether any of the sets is there.</summary>
    public bool Any() => table.Names().Intersect(all.Select(s => s.Name)).Any();

    /// <summary>Removes the sets. No rule may look into them any more.</summary>
    public void Destroy()
    {
        foreach (var name in table.Names().Intersect(all.Select(s => s.Name)).ToList()) table.Destroy(name);
    }
}

/// <summary>What must be added to sets and removed from them.</summary>
sealed class SetPlan
{
    public List<SetMember> Add { get; } = [];
    public List<SetMember> Remove { get; } = [];
}
