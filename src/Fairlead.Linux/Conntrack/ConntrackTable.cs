using Fairlead.Linux.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>
/// The connection tracking table of the network namespace of the thread that made this. A walk over it costs no memory but for
/// the flows that are chosen. One caller at a time.
/// </summary>
public sealed class ConntrackTable : IDisposable
{
    // EINVAL, EOPNOTSUPP: of kernels that filter by other things alone.
    const int Invalid = 22, NotSupported = 95;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly ConntrackRequests requests = new();

    /// <summary>Deletes the flows of one address family that are chosen.</summary>
    /// <param name="family">AF_INET (2) or AF_INET6 (10).</param>
    /// <param name="chosen">Is given each flow for as long as it runs.</param>
    /// <param name="protocol">The only IP protocol to look at, which the kernel leaves the others out for; null: all.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="LinuxException">The kernel refuses to list or delete.</exception>
    public int Remove(byte family, Func<FlowEntry, bool> chosen, byte? protocol = null)
    {
        FlowDeletions? doomed = null;
        Walk(family, protocol, flow =>
        {
            if (chosen(flow)) (doomed ??= new(family, requests.Sequence)).Add(flow);
        });
        return doomed?.Send(socket) ?? 0;
    }

    /// <summary>The flows of one address family that are chosen.</summary>
    /// <param name="family">AF_INET (2) or AF_INET6 (10).</param>
    /// <param name="chosen">Is given each flow for as long as it runs.</param>
    /// <param name="protocol">The only IP protocol to look at, which the kernel leaves the others out for; null: all.</param>
    /// <exception cref="LinuxException">The kernel refuses to list.</exception>
    public IReadOnlyList<Flow> List(byte family, Func<FlowEntry, bool> chosen, byte? protocol = null)
    {
        var found = new List<Flow>();
        Walk(family, protocol, flow =>
        {
            if (chosen(flow)) found.Add(flow.ToFlow());
        });
        return found;
    }

    void Walk(byte family, byte? protocol, Action<FlowEntry> each)
    {
        requests.List(family, protocol);
        try
        {
            Walk(protocol, each);
        }
        catch (LinuxException e) when (protocol is not null && e.Errno is (Invalid or NotSupported))
        {
            requests.List(family, null);
            Walk(protocol, each);
        }
    }

    // Kernels that do not know the filter say nothing and list all.
    void Walk(byte? protocol, Action<FlowEntry> each) => socket.Dump(requests.Writer, requests.Sequence, "list tracked connections", (_, payload) =>
    {
        if (FlowEntry.TryRead(payload, out var flow) && (protocol is null || flow.Protocol == protocol)) each(flow);
    });

    public void Dispose() => socket.Dispose();
}
