using System.Buffers.Binary;
using System.Collections.Immutable;
using Fairlead.Linux;
using Fairlead.Linux.Netlink;
using Fairlead.Linux.Packets;
using Fairlead.Network.Addresses;
using Fairlead.Wire.Neighbours;

namespace Fairlead.PodNetwork.Announcements;

/// <summary>
/// Says on one link that addresses are at this node, though no link has them: answers ARP requests (IPv4) and neighbour
/// solicitations (IPv6), and tells all unasked. Two threads of its own wait for questions.
/// </summary>
sealed class NeighbourResponder : IDisposable
{
    // How long a thread waits before it looks whether it is to end.
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    readonly MacAddress mac;
    readonly PacketSocket arp;
    readonly PacketSocket ndp;
    readonly SolicitedGroups groups;
    readonly Thread[] threads;
    volatile ImmutableHashSet<Address> addresses = [];
    volatile LinuxException? fault;
    volatile bool ending;

    NeighbourResponder(Link link)
    {
        mac = MacAddress.Read(link.Mac.GetAddressBytes());
        arp = new(link.Index, ArpFrame.EtherType);
        try
        {
            // Next header 58 at byte 20, and type 135 at byte 54 of the frame: all other IPv6 stays in the kernel.
            ndp = new(link.Index, NeighbourFrame.EtherType,
            [
                FilterInstruction.LoadByte(20), FilterInstruction.SkipUnless(58, 3),
                FilterInstruction.LoadByte(54), FilterInstruction.SkipUnless((uint)NeighbourMessage.Solicitation, 1),
                FilterInstruction.Take(256), FilterInstruction.Take(0),
            ], allMulticast: true);
        }
        catch
        {
            arp.Dispose();
            throw;
        }
        groups = new(link.Index);
        threads = [new(() => Receive(arp, AnswerArp)) { IsBackground = true, Name = "arp responder" }, new(() => Receive(ndp, AnswerNdp)) { IsBackground = true, Name = "ndp responder" }];
        foreach (var thread in threads) thread.Start();
    }

    /// <summary>Opens the link of the calling thread's network namespace.</summary>
    /// <exception cref="LinuxException">There is no such link, it has no hardware address, or the process may not open packet sockets.</exception>
    public static NeighbourResponder Open(string name)
    {
        using var net = new RouteNetlink();
        var link = net.Links.Get(name);
        return link.Mac.GetAddressBytes().Length == MacAddress.Size ? new(link) : throw new LinuxException($"{name} is no Ethernet link", 22);
    }

    /// <summary>Answers for these addresses and no others from now on.</summary>
    /// <exception cref="LinuxException">The link was lost since: open it anew.</exception>
    public void Answer(ImmutableHashSet<Address> now)
    {
        ThrowIfFaulted();
        groups.Join(now.Where(a => a.IsIPv6));
        addresses = now;
    }

    /// <summary>Tells all on the link that an address is at this node.</summary>
    /// <exception cref="LinuxException">The frame could not be sent.</exception>
    public void Announce(Address address)
    {
        ThrowIfFaulted();
        if (address.IsIPv6)
        {
            Send(NeighbourFrame.Unsolicited(Number6(address), mac));
            return;
        }
        // Some stacks heed gratuitous requests alone, some replies alone.
        Send(ArpFrame.Gratuitous(Number4(address), mac, ArpOperation.Request));
        Send(ArpFrame.Gratuitous(Number4(address), mac, ArpOperation.Reply));
    }

    void ThrowIfFaulted()
    {
        if (fault is { } known) throw known;
    }

    void Receive(PacketSocket socket, Action<ReadOnlySpan<byte>> answer)
    {
        var frame = new byte[256];
        try
        {
            while (!ending)
            {
                var length = socket.Receive(frame, Look);
                if (length > 0) answer(frame.AsSpan(0, length));
            }
        }
        catch (LinuxException e) { fault = e; }
    }

    void AnswerArp(ReadOnlySpan<byte> frame)
    {
        if (!ArpFrame.TryRead(frame, out var question) || question.Operation != ArpOperation.Request || question.IsGratuitous) return;
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, question.Target);
        if (addresses.Contains(Address.Read(bytes))) Send(question.Answer(mac));
    }

    void AnswerNdp(ReadOnlySpan<byte> frame)
    {
        if (!NeighbourFrame.TryRead(frame, out var question) || question.Message != NeighbourMessage.Solicitation) return;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, question.Target);
        if (addresses.Contains(Address.Read(bytes))) Send(question.Answer(mac));
    }

    void Send(ArpFrame frame)
    {
        Span<byte> bytes = stackalloc byte[ArpFrame.Size];
        frame.Write(bytes);
        arp.Send(bytes);
    }

    void Send(NeighbourFrame frame)
    {
        Span<byte> bytes = stackalloc byte[NeighbourFrame.MaxSize];
        ndp.Send(bytes[..frame.Write(bytes)]);
    }

    static uint Number4(Address address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.Write(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    static UInt128 Number6(Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public void Dispose()
    {
        ending = true;
        foreach (var thread in threads) thread.Join();
        arp.Dispose();
        ndp.Dispose();
        groups.Dispose();
    }
}
