using Fairlead.Linux.Namespaces;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>
/// Opens 127.0.0.0/8 to node ports (route_localnet) and keeps others on the network out of it. The guarding rule is in the
/// kubelet's chain, of which nothing else is touched; where it is, the setting is ours.
/// </summary>
static class LocalnetGuard
{
    const string Setting = "net/ipv4/conf/all/route_localnet";

    public static void Open() => Sysctl.Write(Setting, "1");

    public static void Close() => Sysctl.Write(Setting, "0");

    /// <summary>Whether the guard stands in a table filter.</summary>
    public static bool StandsIn(SavedTable filter) => filter.Rules(ChainNames.Firewall).Contains(FixedRules.LocalnetGuard.Rule);

    /// <summary>Adds to a change of table filter what puts up the guard, or takes it away.</summary>
    public static void Compare(bool wanted, SavedTable filter, TableChange change)
    {
        var stands = StandsIn(filter);
        if (!wanted && !stands) return;
        var (guard, jumps) = (FixedRules.LocalnetGuard, FixedRules.GuardJumps);
        if (wanted)
        {
            if (!filter.Has(guard.Chain)) change.Refill = change.Refill.Append([new(guard.Chain, [guard.Rule])]);
            else if (!stands) change.Append.Add(guard);
            var missing = jumps.Where(jump => !filter.Rules(jump.Chain).Contains(jump.Rule)).ToList();
            change.Insert.AddRange(missing);
            change.Count += missing.Count + (stands ? 0 : 1);
            return;
        }
        change.Delete.Add(guard);
        change.Count++;
        if (filter.Rules(guard.Chain).Count() > 1) return;
        change.Delete.AddRange(jumps.Where(jump => filter.Rules(jump.Chain).Contains(jump.Rule)));
        change.Drop.Add(guard.Chain);
    }
}
