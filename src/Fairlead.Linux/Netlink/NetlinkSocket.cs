using System.Runtime.InteropServices;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>
/// A netlink socket of one protocol. It belongs to the network namespace of the thread that made it, for as long as it
/// lives. One caller at a time.
/// </summary>
public sealed unsafe partial class NetlinkSocket : IDisposable
{
    /// <summary>NETLINK_ROUTE.</summary>
    public const int Route = 0;

    /// <summary>NETLINK_NETFILTER.</summary>
    public const int Netfilter = 12;

    const int SolSocket = 1, SoSndBufForce = 32, SoRcvBufForce = 33, SolNetlink = 270, NetlinkExtAck = 11, NetlinkAddMembership = 1;
    const int DontWait = 0x40, Again = 11, NoBuffers = 105;

    readonly byte[] receiveBuffer = new byte[256 * 1024];
    int fd;

    /// <param name="protocol">Such as <see cref="Route"/>.</param>
    /// <param name="bufferBytes">Kernel buffer in both directions: a whole batch is sent at once.</param>
    /// <exception cref="LinuxException">The kernel refuses the socket.</exception>
    public NetlinkSocket(int protocol, int bufferBytes = 1 << 20)
    {
        fd = socket(16, 3 | 0x80000, protocol);
        if (fd < 0) throw LinuxException.Last("open a netlink socket");
        var address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        address[0] = 16;
        if (bind(fd, address, 12) != 0) throw LinuxException.Last("bind a netlink socket");
        // Without the privilege the kernel's default stays; large batches then fail with a clear errno.
        _ = setsockopt(fd, SolSocket, SoSndBufForce, &bufferBytes, 4);
        _ = setsockopt(fd, SolSocket, SoRcvBufForce, &bufferBytes, 4);
        var on = 1;
        _ = setsockopt(fd, SolNetlink, NetlinkExtAck, &on, 4);
    }

    /// <summary>Sends everything the writer holds in one call.</summary>
    /// <exception cref="LinuxException">The kernel did not take it.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            if (send(fd, p, bytes.Length, 0) != bytes.Length) throw LinuxException.Last("send to netlink");
        }
    }

    /// <summary>Receives one datagram; valid until the next call.</summary>
    /// <exception cref="LinuxException">For example ENOBUFS: the kernel had more to say than the buffer holds.</exception>
    public ReadOnlySpan<byte> Receive()
    {
        fixed (byte* p = receiveBuffer)
        {
            nint n;
            do { n = recv(fd, p, receiveBuffer.Length, 0); }
            while (n < 0 && Marshal.GetLastPInvokeError() == 4);
            if (n < 0) throw LinuxException.Last("receive from netlink");
            return receiveBuffer.AsSpan(0, (int)n);
        }
    }

    /// <summary>Listens to what the kernel tells everybody in a group.</summary>
    /// <param name="group">Its number, such as NFNLGRP_CONNTRACK_NEW.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void Join(int group)
    {
        if (setsockopt(fd, SolNetlink, NetlinkAddMembership, &group, 4) != 0) throw LinuxException.Last("join a netlink group");
    }

    /// <summary>Receives a datagram if one is there; valid until the next call. What did not fit into the buffer is lost, and an empty one stands for it.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public bool TryReceive(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        fixed (byte* p = receiveBuffer)
        {
            nint n;
            do { n = recv(fd, p, receiveBuffer.Length, DontWait); }
            while (n < 0 && Marshal.GetLastPInvokeError() == 4);
            if (n >= 0) datagram = receiveBuffer.AsSpan(0, (int)n);
            else if (Marshal.GetLastPInvokeError() == Again) return false;
            else if (Marshal.GetLastPInvokeError() != NoBuffers) throw LinuxException.Last("receive from netlink");
            return true;
        }
    }

    /// <summary>Sends one request that carries NLM_F_ACK and waits for its acknowledgement.</summary>
    /// <param name="what">What is tried, for the error's text.</param>
    /// <exception cref="LinuxException">The kernel refused, with its errno.</exception>
    public void Request(NetlinkWriter request, uint sequence, string what)
    {
        Send(request.Written.Span);
        while (true)
        {
            var reader = new NetlinkReader(Receive());
            while (reader.TryRead(out var message))
            {
                if (message.Type != NetlinkMessage.Error || message.Sequence != sequence) continue;
                if (message.Errno != 0) throw new LinuxException(what, message.Errno);
                return;
            }
        }
    }

    /// <summary>Sends many requests at once, each with NLM_F_ACK and all under one sequence number, and waits for all acknowledgements.</summary>
    /// <param name="count">How many they are; their acknowledgements must fit into the kernel's buffer.</param>
    /// <param name="each">Receives the errno of each, 0 if it succeeded, in their order.</param>
    /// <exception cref="LinuxException">The kernel did not take them at all.</exception>
    public void RequestAll(ReadOnlySpan<byte> requests, uint sequence, int count, Action<int> each)
    {
        Send(requests);
        while (count > 0)
        {
            var reader = new NetlinkReader(Receive());
            while (reader.TryRead(out var message))
            {
                if (message.Type != NetlinkMessage.Error || message.Sequence != sequence) continue;
                count--;
                each(message.Errno);
            }
        }
    }

    /// <summary>
    /// Sends a request that is answered by messages and gives each one's type and payload: a dump (NLM_F_DUMP) until
    /// NLMSG_DONE, any other with NLM_F_ACK until its acknowledgement.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused, with its errno.</exception>
    public void Dump(NetlinkWriter request, uint sequence, string what, Action<ushort, ReadOnlySpan<byte>> each)
    {
        Send(request.Written.Span);
        while (true)
        {
            var reader = new NetlinkReader(Receive());
            while (reader.TryRead(out var message))
            {
                if (message.Sequence != sequence) continue;
                if (message.Type == NetlinkMessage.Done) return;
                if (message.Type == NetlinkMessage.Error)
                {
                    if (message.Errno != 0) throw new LinuxException(what, message.Errno);
                    return;
                }
                each(message.Type, message.Payload);
            }
        }
    }

    public void Dispose()
    {
        var old = Interlocked.Exchange(ref fd, -1);
        if (old >= 0) _ = close(old);
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int socket(int domain, int type, int protocol);
    [LibraryImport("libc", SetLastError = true)] private static partial int bind(int fd, byte* address, int length);
    [LibraryImport("libc", SetLastError = true)] private static partial nint send(int fd, byte* bytes, nint length, int flags);
    [LibraryImport("libc", SetLastError = true)] private static partial nint recv(int fd, byte* bytes, nint length, int flags);
    [LibraryImport("libc", SetLastError = true)] private static partial int setsockopt(int fd, int level, int name, int* value, int length);
    [LibraryImport("libc", SetLastError = true)] private static partial int close(int fd);
}
