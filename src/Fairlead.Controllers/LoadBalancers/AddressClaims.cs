using Fairlead.Client;

namespace Fairlead.Controllers.LoadBalancers;

/// <summary>Which Service holds which address. One caller at a time.</summary>
public sealed class AddressClaims
{
    readonly Dictionary<string, ObjectKey> holders = [];
    readonly Dictionary<ObjectKey, HashSet<string>> held = [];

    /// <summary>Who holds the address; null if nobody does.</summary>
    public ObjectKey? HolderOf(string address) => holders.TryGetValue(address, out var key) ? key : null;

    /// <summary>What a Service holds.</summary>
    public IReadOnlyCollection<string> Of(ObjectKey service) => held.TryGetValue(service, out var own) ? own : [];

    /// <summary>Takes the address for a Service; false if another one holds it.</summary>
    public bool TryHold(string address, ObjectKey service)
    {
        if (!holders.TryAdd(address, service)) return holders[address] == service;
        (held.TryGetValue(service, out var own) ? own : held[service] = []).Add(address);
        return true;
    }

    /// <summary>Gives back what a Service holds but for these; true if that was something.</summary>
    public bool ReleaseAllBut(IReadOnlyCollection<string> kept, ObjectKey service)
    {
        if (!held.TryGetValue(service, out var own)) return false;
        var freed = own.Where(a => !kept.Contains(a)).ToList();
        foreach (var address in freed)
        {
            holders.Remove(address);
            own.Remove(address);
        }
        if (own.Count == 0) held.Remove(service);
        return freed.Count > 0;
    }

    /// <summary>Takes the first free address of the range; null if there is none.</summary>
    public string? TakeFirst(PoolRange range, ObjectKey service)
    {
        // Of one more addresses than are held one is free: a large range costs no more than a small one.
        var left = UInt128.Min(range.Last - range.First, (UInt128)holders.Count) + 1;
        for (var number = range.First; left > 0; left--, number++)
        {
            var address = range.AddressOf(number);
            if (!holders.ContainsKey(address) && TryHold(address, service)) return address;
        }
        return null;
    }
}
