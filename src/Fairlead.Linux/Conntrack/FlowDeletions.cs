using Fairlead.Linux.Netlink;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Conntrack;

/// <summary>Flows that are to be deleted, as the requests that are sent for it: many at a time.</summary>
/// <param name="sequence">The number that all requests go by.</param>
sealed class FlowDeletions(uint sequence)
{
    const ushort Delete = 1 << 8 | 2, RequestWithAcknowledgement = 0x5, TupleOriginal = 1, IdAttribute = 12;

    // So many acknowledgements, or refusals that repeat the request, fit into the kernel's buffer.
    const int Most = 1000;

    readonly NetlinkWriter writer = new();
    readonly List<int> ends = [];
    int count;

    /// <summary>Copies what the kernel needs to know it by.</summary>
    public void Add(in FlowEntry flow)
    {
        writer.BeginMessage(Delete, RequestWithAcknowledgement, sequence);
        // struct nfgenmsg
        writer.Struct((uint)flow.Family);
        writer.Bytes(TupleOriginal | NetlinkWriter.Nested, flow.Original);
        // Another that has come in its place is not meant.
        if (!flow.Id.IsEmpty) writer.Bytes(IdAttribute, flow.Id);
        writer.End();
        if (++count % Most == 0) ends.Add(writer.Length);
    }

    /// <summary>Deletes them.</summary>
    /// <returns>How many there were still.</returns>
    /// <exception cref="LinuxException">The kernel refused one; it was asked for the others of its batch too.</exception>
    public int Send(NetlinkSocket socket)
    {
        if (count % Most != 0) ends.Add(writer.Length);
        var (deleted, start, rest) = (0, 0, count);
        foreach (var end in ends)
        {
            LinuxException? refusal = null;
            socket.RequestAll(writer.Written.Span[start..end], sequence, Math.Min(rest, Most), errno =>
            {
                if (errno == 0) deleted++;
                else if (new LinuxException("delete a tracked connection", errno) is { IsNotFound: false } e) refusal ??= e;
            });
            if (refusal is not null) throw refusal;
            (start, rest) = (end, rest - Most);
        }
        return deleted;
    }
}
