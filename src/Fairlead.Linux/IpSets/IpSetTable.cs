using Fairlead.Linux.Netlink;
using Fairlead.Wire.IpSets;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.IpSets;

/// <summary>
/// The sets of ipset(8) in the network namespace of the thread that made this, over nfnetlink. One caller at a time.
/// </summary>
public sealed class IpSetTable : IDisposable
{
    const ushort FlagRequest = 1, FlagAck = 4, FlagDump = 0x300, FlagCreate = 0x400, FlagExclusive = 0x200;
    const uint MaxElements = 1 << 20;

    // A nest's length is 16 bits; the longest element takes 68 bytes.
    const int ElementsInMessage = 800;

    readonly NetlinkSocket socket = new(NetlinkSocket.Netfilter, 4 << 20);
    readonly NetlinkWriter writer = new();
    uint sequence;

    /// <summary>The names of all sets.</summary>
    public IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        Ask(IpSetMessages.List, FlagDump, "list sets", IpSetMessages.WriteNamesOnly, payload => names.Add(IpSetMessages.ReadSet(payload, null).Name));
        return names;
    }

    /// <summary>The type of a set, or null if there is none of that name.</summary>
    public string? TypeOf(string set)
    {
        string? type = null;
        try
        {
            Ask(IpSetMessages.List, FlagDump, $"read set {set}", w => IpSetMessages.WriteHeaderOnly(w, set), payload => type ??= IpSetMessages.ReadSet(payload, null).Type);
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            return null;
        }
        return type;
    }

    /// <summary>The elements of a set.</summary>
    /// <exception cref="LinuxException">ENOENT: there is no such set.</exception>
    public List<IpSetElement> Elements(string set)
    {
        var elements = new List<IpSetElement>();
        Ask(IpSetMessages.List, FlagDump, $"read set {set}", w => IpSetMessages.WriteHead(w, set), payload => IpSetMessages.ReadSet(payload, elements));
        return elements;
    }

    /// <summary>Makes a set. EEXIST: there is one of that name.</summary>
    public void Create(IpSetSpec set)
    {
        // Each kernel knows the revisions from its own backwards to some other; what we use is in all of them.
        byte revision = 0;
        Ask(IpSetMessages.FindType, FlagAck, $"find the set type {set.Type}", w => IpSetMessages.WriteTypeQuestion(w, set), payload => revision = IpSetMessages.ReadRevision(payload));
        Request(IpSetMessages.Create, FlagCreate | FlagExclusive, $"make set {set.Name}", w => IpSetMessages.WriteCreate(w, set, revision, MaxElements));
    }

    /// <summary>Removes a set; one that is gone is success.</summary>
    /// <exception cref="LinuxException">4097: a rule of iptables still names it.</exception>
    public void Destroy(string set)
    {
        try
        {
            Request(IpSetMessages.Destroy, 0, $"remove set {set}", w => IpSetMessages.WriteHead(w, set));
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            // The wish is met.
        }
    }

    /// <summary>Adds elements; those that are there are success.</summary>
    public void Add(string set, IReadOnlyList<IpSetElement> elements) => Change(IpSetMessages.AddElement, "add to", set, elements);

    /// <summary>Removes elements; those that are gone are success.</summary>
    public void Remove(string set, IReadOnlyList<IpSetElement> elements) => Change(IpSetMessages.DeleteElement, "remove from", set, elements);

    void Change(byte command, string verb, string set, IReadOnlyList<IpSetElement> elements)
    {
        var all = elements as IpSetElement[] ?? [.. elements];
        for (var start = 0; start < all.Length; start += ElementsInMessage)
        {
            var some = all.AsMemory(start, Math.Min(ElementsInMessage, all.Length - start));
            Request(command, 0, $"{verb} set {set}", w => IpSetMessages.WriteElements(w, set, some.Span));
        }
    }

    void Request(byte command, ushort flags, string what, Action<NetlinkWriter> attributes) => Ask(command, (ushort)(FlagAck | flags), what, attributes, _ => { });

    void Ask(byte command, ushort flags, string what, Action<NetlinkWriter> attributes, NetlinkSocketPayload each)
    {
        writer.Clear();
        writer.BeginMessage((ushort)(IpSetMessages.Subsystem << 8 | command), (ushort)(FlagRequest | flags), ++sequence);
        // struct nfgenmsg; the family counts in the sets alone.
        writer.Struct(2u);
        attributes(writer);
        writer.End();
        socket.Dump(writer, sequence, what, (_, payload) =>
        {
            if (payload.Length >= 4) each(payload[4..]);
        });
    }

    public void Dispose() => socket.Dispose();
}
