using System.Collections.Immutable;
using System.Net.Sockets;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux;
using Fairlead.Linux.Netlink;
using Fairlead.Linux.Processes;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>
/// Translation at connect, by programs at the node's cgroup, and at the first packet of a connection from elsewhere, by a
/// program at its uplinks. Behind them stand the rules of the nftables data plane, in a table of another name: they say what
/// the programs cannot (SCTP, who is let in, who is refused), take what the programs let by (a client's port that is used
/// again before the kernel has forgotten its last connection), and have the kernel translate what the uplinks' program tracks.
/// </summary>
public sealed class EbpfDataplane : IDataplane
{
    const string Table = "fairlead-ebpf";
    const int TooBig = 7; // E2BIG

    readonly EbpfOptions options;
    readonly NftablesDataplane rules = new(Table);
    readonly RouteNetlink net = new();
    readonly UnifiedCgroup cgroup;
    readonly ulong nodeNamespace = NamespaceCookie();
    EbpfPrograms? programs;
    EbpfTable? maps;
    ImmutableArray<AddressRange> podRanges = [];
    long? retiredAt;

    /// <exception cref="LinuxException">There is no such cgroup.</exception>
    public EbpfDataplane(EbpfOptions options)
    {
        this.options = options;
        cgroup = UnifiedCgroup.Open(options.Cgroup);
    }

    /// <summary>What the kernel lacks for it, as it says when the programs are loaded; null if nothing.</summary>
    public static string? Lack()
    {
        // For the rules beside the programs; and the programs call functions of modules that this has the kernel load.
        if (NftablesSupport.Lack() is { } lack) return lack;
        try
        {
            using var loaded = EbpfPrograms.Load(0, 0);
            return null;
        }
        catch (Exception e) when (e is LinuxException or DllNotFoundException)
        {
            return e.Message;
        }
    }

    public int Converge(NodeTable table) => Try(() =>
    {
        retiredAt = null;
        podRanges = table.PodRanges;
        var wished = EbpfRules.Render(table, options);
        var changed = rules.Converge(table);
        var uplinks = Uplinks();
        if (programs is null && EbpfPrograms.Find(cgroup.Fd, uplinks) is { } found) changed += Take(found);
        if (programs is null || !maps!.HasRoom(wished.Frontends)) changed += Load(wished);
        changed += NodeMaps.Converge(programs!, wished.Node) + maps!.Converge(wished.Frontends);
        if (programs!.Settings is not { } settings || settings.NodeNamespace != nodeNamespace || settings.Flags != wished.Node.Flags)
        {
            programs.Write(nodeNamespace, wished.Node.Flags);
            changed++;
        }
        changed += programs.Attach(cgroup.Fd, uplinks);
        // What changed while no agent ran is in no delta.
        UdpSockets.Leave(table, cgroup, programs);
        return changed;
    });

    public void Apply(TableDelta delta, NodeTable table)
    {
        if (delta.NodeChanged || programs is null)
        {
            Converge(table);
            return;
        }
        try
        {
            rules.Apply(delta, table);
            var held = delta.Frontends.Where(c => c.New is { } now && FrontendEntry.Holds(now)).Select(c => FrontendEntry.Of(c.New!, options)).ToList();
            if (!maps!.HasRoom(held)) Converge(table);
            else maps.Change(held, [.. delta.Frontends.Where(c => c.New is null || !FrontendEntry.Holds(c.New)).Select(c => EbpfLayout.FrontendKey.Of(c.Key))]);
            UdpSockets.Leave(delta, table, cgroup, programs);
        }
        catch (LinuxException)
        {
            // Somebody else changed our maps.
            programs?.Dispose();
            programs = null;
            Converge(table);
        }
    }

    /// <remarks>
    /// Connections that the programs translated at connect need nothing more; those that came from elsewhere are in the
    /// kernel's connection table. Answers to datagrams are translated back for a while.
    /// </remarks>
    public bool Retire() => Try(() =>
    {
        var any = EbpfPrograms.Detach(cgroup.Fd, Links(), answersToo: false);
        if (any) retiredAt ??= Environment.TickCount64;
        if (!rules.Retire()) return false;
        if (retiredAt is { } since && Environment.TickCount64 - since < options.Grace.TotalMilliseconds) return false;
        RemovePrograms();
        return true;
    });

    public void Remove()
    {
        RemovePrograms();
        rules.Remove();
    }

    /// <summary>How many connections each frontend was given.</summary>
    public IReadOnlyDictionary<FrontendKey, long> Connections()
    {
        var counts = rules.Connections().ToDictionary();
        foreach (var (key, count) in maps?.Connections() ?? []) counts[key.ToFrontendKey()] = counts.GetValueOrDefault(key.ToFrontendKey()) + (long)count;
        return counts;
    }

    void RemovePrograms()
    {
        EbpfPrograms.Detach(cgroup.Fd, Links(), answersToo: true);
        programs?.Dispose();
        (programs, maps) = (null, null);
    }

    int Take(EbpfPrograms found)
    {
        (programs, maps) = (found, new(found));
        return maps.Adopt();
    }

    /// <summary>New programs, filled before they are attached in the place of those that serve.</summary>
    int Load(EbpfRules wished)
    {
        var loaded = EbpfPrograms.Load(wished.Frontends.Count, wished.Frontends.Sum(f => f.Backends.Length));
        programs?.Dispose();
        (programs, maps) = (loaded, new(loaded));
        return 1;
    }

    /// <summary>By which traffic comes from elsewhere: those named, else those that have an address which is no Pod's.</summary>
    IReadOnlyList<int> Uplinks()
    {
        var links = net.Links.List().Where(l => l.Name != "lo").ToList();
        if (options.Uplinks is { } names) return [.. links.Where(l => names.Contains(l.Name)).Select(l => l.Index)];
        var outside = net.Addresses.List().Where(a => !a.Address.IsIPv6LinkLocal && !podRanges.Any(r => r.Contains(Address.From(a.Address)))).Select(a => a.Link).ToHashSet();
        return [.. links.Where(l => outside.Contains(l.Index) && l.Name != NodeAddresses.IpvsDevice).Select(l => l.Index)];
    }

    IReadOnlyList<int> Links() => [.. net.Links.List().Select(l => l.Index)];

    static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (LinuxException e)
        {
            throw new DataplaneException($"ebpf: {(e.Errno == TooBig ? "a map is full: " : "")}{e.Message}", e);
        }
    }

    // SO_NETNS_COOKIE, Linux 5.14.
    static ulong NamespaceCookie()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var cookie = new byte[8];
        socket.GetRawSocketOption(1, 71, cookie);
        return BitConverter.ToUInt64(cookie);
    }

    public void Dispose()
    {
        programs?.Dispose();
        rules.Dispose();
        net.Dispose();
        cgroup.Dispose();
    }
}
