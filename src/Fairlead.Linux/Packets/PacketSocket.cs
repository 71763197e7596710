using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Fairlead.Linux.Packets;

/// <summary>
/// Whole Ethernet frames of one protocol on one link (packet(7)), in the network namespace of the thread that made it. One
/// thread may receive while others send.
/// </summary>
public sealed unsafe partial class PacketSocket : IDisposable
{
    const int PacketFamily = 17, Raw = 3, CloseOnExec = 0x80000;
    const int SolSocket = 1, AttachFilter = 26, SolPacket = 263, AddMembership = 1, AllMulticast = 2;
    const int Interrupted = 4;

    int fd;

    /// <param name="link">Index of the link.</param>
    /// <param name="etherType">Such as 0x0806 for ARP.</param>
    /// <param name="filter">Frames that the kernel is to drop, as instructions of classic BPF; empty for none.</param>
    /// <param name="allMulticast">Whether frames to multicast groups are wanted that nobody else on the machine has joined.</param>
    /// <exception cref="LinuxException">EPERM: without CAP_NET_RAW; ENODEV: there is no such link.</exception>
    public PacketSocket(int link, ushort etherType, ReadOnlySpan<FilterInstruction> filter = default, bool allMulticast = false)
    {
        // Protocol 0 until the filter is in place: no frame comes in before.
        fd = socket(PacketFamily, Raw | CloseOnExec, 0);
        if (fd < 0) throw LinuxException.Last("open a packet socket");
        try
        {
            if (filter.Length > 0) Attach(filter);
            var address = stackalloc byte[20];
            new Span<byte>(address, 20).Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(new(address, 2), PacketFamily);
            BinaryPrimitives.WriteUInt16BigEndian(new(address + 2, 2), etherType);
            *(int*)(address + 4) = link;
            if (bind(fd, address, 20) != 0) throw LinuxException.Last("bind a packet socket");
            if (!allMulticast) return;
            // struct packet_mreq
            var request = stackalloc byte[16];
            new Span<byte>(request, 16).Clear();
            (*(int*)request, *(ushort*)(request + 4)) = (link, AllMulticast);
            if (setsockopt(fd, SolPacket, AddMembership, request, 16) != 0) throw LinuxException.Last("receive all multicast frames");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    void Attach(ReadOnlySpan<FilterInstruction> filter)
    {
        fixed (FilterInstruction* code = filter)
        {
            var program = new FilterProgram { Length = (ushort)filter.Length, Code = code };
            if (setsockopt(fd, SolSocket, AttachFilter, (byte*)&program, sizeof(FilterProgram)) != 0) throw LinuxException.Last("attach a packet filter");
        }
    }

    /// <summary>Sends one frame, its Ethernet header included.</summary>
    /// <exception cref="LinuxException">ENETDOWN: the link is down; or another of the kernel's refusals.</exception>
    public void Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            if (send(fd, bytes, frame.Length, 0) < 0) throw LinuxException.Last("send a frame");
        }
    }

    /// <summary>Waits for a frame and gives its length; 0 if none came in time. Longer frames are cut.</summary>
    /// <exception cref="LinuxException">ENETDOWN: the link went down.</exception>
    public int Receive(Span<byte> frame, TimeSpan timeout)
    {
        var wait = new Poll { Fd = fd, Events = 1 };
        var ready = poll(&wait, 1, (int)timeout.TotalMilliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() != Interrupted) throw LinuxException.Last("wait for a frame");
        if (ready <= 0) return 0;
        fixed (byte* bytes = frame)
        {
            var length = recv(fd, bytes, frame.Length, 0);
            if (length < 0 && Marshal.GetLastPInvokeError() != Interrupted) throw LinuxException.Last("receive a frame");
            return Math.Max(0, (int)length);
        }
    }

    public void Dispose()
    {
        var old = Interlocked.Exchange(ref fd, -1);
        if (old >= 0) _ = close(old);
    }

    [StructLayout(LayoutKind.Sequential)]
    struct FilterProgram
    {
        public ushort Length;
        public FilterInstruction* Code;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Poll
    {
        public int Fd;
        public short Events, Returned;
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int socket(int domain, int type, int protocol);
    [LibraryImport("libc", SetLastError = true)] private static partial int bind(int fd, byte* address, int length);
    [LibraryImport("libc", SetLastError = true)] private static partial int setsockopt(int fd, int level, int name, byte* value, int length);
    [LibraryImport("libc", SetLastError = true)] private static partial nint send(int fd, byte* bytes, nint length, int flags);
    [LibraryImport("libc", SetLastError = true)] private static partial nint recv(int fd, byte* bytes, nint length, int flags);
    [LibraryImport("libc", SetLastError = true)] private static partial int poll(Poll* fds, nuint count, int timeoutMs);
    [LibraryImport("libc", SetLastError = true)] private static partial int close(int fd);
}

/// <summary>One instruction of classic BPF (struct sock_filter).</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand)
{
    /// <summary>Loads the byte at an offset of the frame.</summary>
    public static FilterInstruction LoadByte(uint offset) => new(0x30, 0, 0, offset);

    /// <summary>Goes on if what is loaded is the value, else skips so many instructions.</summary>
    public static FilterInstruction SkipUnless(uint value, byte skip) => new(0x15, 0, skip, value);

    /// <summary>Ends: takes so many bytes of the frame; 0 drops it.</summary>
    public static FilterInstruction Take(uint bytes) => new(0x06, 0, 0, bytes);
}
