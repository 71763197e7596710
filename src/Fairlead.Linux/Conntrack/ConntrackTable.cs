using System.Buffers.Binary;
using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>
/// The connection tracking table of the network namespace of the thread that made this. A walk over it costs no memory but for
/// the flows that are chosen, and what a filter leaves out never leaves the kernel. One caller at a time.
/// </summary>
public sealed class ConntrackTable : IDisposable
{
    // EINVAL, EOPNOTSUPP: of kernels that have other filters. Those that have none say nothing and tell of all flows.
    const int Invalid = 22, NotSupported = 95;

    // CTA_STATS_GLOBAL_ENTRIES.
    const ushort GlobalEntries = 1;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly ConntrackRequests requests = new();
    bool kernelFilters;

    public ConntrackTable() : this(true)
    {
    }

    /// <param name="kernelFilters">False: as on a kernel without filters.</param>
    internal ConntrackTable(bool kernelFilters) => this.kernelFilters = kernelFilters;

    /// <summary>
    /// How many flows there are, without a walk: that goes through the buckets of all network namespaces, and takes 10 ms
    /// where there are 262,144 of them, however few flows are in this one.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public long Count()
    {
        var count = 0L;
        requests.Count();
        socket.Dump(requests.Writer, requests.Sequence, "count tracked connections", (_, payload) =>
        {
            var attributes = new AttributeReader(payload[4..]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == GlobalEntries && value.Length == 4) count = BinaryPrimitives.ReadUInt32BigEndian(value);
            }
        });
        return count;
    }

    /// <summary>Deletes the flows that are chosen.</summary>
    /// <param name="family">AF_INET (2), AF_INET6 (10), or 0 for both.</param>
    /// <param name="chosen">Is given each flow that a filter matches, for as long as it runs.</param>
    /// <param name="filters">Each is a walk of the kernel's, which those of IPv6 that differ in addresses alone share; none: all flows.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="LinuxException">The kernel refuses to list or delete.</exception>
    public int Remove(byte family, Func<FlowEntry, bool> chosen, params IReadOnlyList<FlowFilter> filters)
    {
        FlowDeletions? doomed = null;
        Walk(family, filters, flow =>
        {
            if (chosen(flow)) (doomed ??= new(requests.Sequence)).Add(flow);
        });
        return doomed?.Send(socket) ?? 0;
    }

    /// <summary>The flows that are chosen.</summary>
    /// <param name="family">As of <see cref="Remove"/>.</param>
    /// <param name="chosen">Is given each flow that a filter matches, for as long as it runs.</param>
    /// <param name="filters">As of <see cref="Remove"/>.</param>
    /// <exception cref="LinuxException">The kernel refuses to list.</exception>
    public IReadOnlyList<Flow> List(byte family, Func<FlowEntry, bool> chosen, params IReadOnlyList<FlowFilter> filters)
    {
        var found = new List<Flow>();
        Walk(family, filters, flow =>
        {
            if (chosen(flow)) found.Add(flow.ToFlow());
        });
        return found;
    }

    /// <summary>Gives each flow that is asked for once: filter by filter, or from one walk over all if the kernel does not filter.</summary>
    /// <remarks>The kernel may tell of more than a filter asks for: of SCTP it compares no ports.</remarks>
    void Walk(byte family, IReadOnlyList<FlowFilter> filters, Action<FlowEntry> each)
    {
        if (filters.Count == 0) Dump(family, null, each);
        var groups = filters.GroupBy(f => f.InKernel(family)).ToArray();
        for (var i = 0; i < groups.Length; i++)
        {
            var filter = groups[i].Key;
            FlowFilter[] given = [.. groups[..i].SelectMany(g => g)], these = [.. groups[i]], rest = [.. groups[i..].SelectMany(g => g)];
            if (kernelFilters && TryDump(family, filter, flow =>
            {
                kernelFilters &= flow.Protocol == filter.Protocol;
                if (AnyMatches(these, flow) && !AnyMatches(given, flow)) each(flow);
            })) continue;
            Dump(family, null, flow =>
            {
                if (AnyMatches(rest, flow) && !AnyMatches(given, flow)) each(flow);
            });
            return;
        }
    }

    /// <summary>False if the kernel has no such filter.</summary>
    bool TryDump(byte family, FlowFilter filter, Action<FlowEntry> each)
    {
        try
        {
            Dump(family, filter, each);
            return true;
        }
        catch (LinuxException e) when (e.Errno is Invalid or NotSupported)
        {
            return kernelFilters = false;
        }
    }

    static bool AnyMatches(FlowFilter[] filters, FlowEntry flow)
    {
        foreach (var filter in filters)
        {
            if (filter.Matches(flow)) return true;
        }
        return false;
    }

    void Dump(byte family, FlowFilter? filter, Action<FlowEntry> each)
    {
        requests.List(family, filter);
        socket.Dump(requests.Writer, requests.Sequence, "list tracked connections", (_, payload) =>
        {
            if (FlowEntry.TryRead(payload, out var flow)) each(flow);
        });
    }

    public void Dispose() => socket.Dispose();
}
