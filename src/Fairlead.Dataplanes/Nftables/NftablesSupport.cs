using Fairlead.Linux.Nftables;

namespace Fairlead.Dataplanes.Nftables;

/// <summary>Whether this machine can have tables of nftables for IPv4 and IPv6.</summary>
static class NftablesSupport
{
    /// <summary>
    /// What is lacking, or null. Asks the kernel of the calling thread's network namespace and changes nothing, but it loads the
    /// modules of tables and translation that it may not have needed yet.
    /// </summary>
    public static string? Lack()
    {
        try
        {
            using var context = new NftablesContext();
            // A kernel can know nftables and not the tables of every family.
            var refused = NftFamily.Both.FirstOrDefault(f => !context.Allows($"add table {f.Name} fairlead; add chain {f.Name} fairlead support {{ type nat hook prerouting priority -100; }}", out _));
            return refused is null ? null : $"the kernel has no nftables of family {refused.Name}";
        }
        catch (Exception e) when (e is NftablesException or DllNotFoundException)
        {
            return e.Message;
        }
    }
}
