using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fairlead.Dns.Handlers;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>Writes an upstream's answer; null for silence.</summary>
delegate DnsRcode? Script(string name, DnsType type, bool overTcp, ref DnsWriter writer);

/// <summary>A server to forward to, over UDP and TCP on one loopback port.</summary>
sealed class TestUpstream : IDisposable
{
    const int MaxTries = 20;

    readonly Socket udp;
    readonly TcpListener tcp;
    readonly Script script;
    int questions;

    public TestUpstream(Script script)
    {
        this.script = script;
        (udp, tcp) = OnOnePort();
        _ = UdpAsync();
        _ = TcpAsync();
    }

    // The kernel's choice is free for one of the two protocols; somebody may have it for the other.
    static (Socket Udp, TcpListener Tcp) OnOnePort()
    {
        for (var attempt = 1; ; attempt++)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < MaxTries)
            {
                tcp.Dispose();
                udp.Dispose();
            }
        }
    }

    public IPEndPoint Address => (IPEndPoint)udp.LocalEndPoint!;

    /// <summary>How many were asked, but for probes.</summary>
    public int Questions => Volatile.Read(ref questions);

    /// <summary>Whether each true answer follows a forged one.</summary>
    public bool Forges { get; init; }

    public void Dispose()
    {
        udp.Dispose();
        tcp.Dispose();
    }

    async Task UdpAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                if (Answer(buffer.AsSpan(0, received.ReceivedBytes), false) is not { } answer) continue;
                if (Forges)
                {
                    byte[] wrongId = [.. answer], wrongName = [.. answer];
                    wrongId[0] ^= 1;
                    wrongName[DnsHeader.Size + 1] ^= 3;
                    await udp.SendToAsync(wrongId, received.RemoteEndPoint);
                    await udp.SendToAsync(wrongName, received.RemoteEndPoint);
                    await udp.SendToAsync(new byte[3], received.RemoteEndPoint);
                }
                await udp.SendToAsync(answer, received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    async Task TcpAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await tcp.AcceptTcpClientAsync();
                var stream = connection.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                if (Answer(message, true) is { } answer) await stream.WriteAsync(Client.Framed(answer));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException) { }
    }

    byte[]? Answer(ReadOnlySpan<byte> message, bool overTcp)
    {
        var query = new DnsQuery(true);
        message.CopyTo(query.Buffer);
        Assert.Equal(QueryVerdict.Ask, query.Read(message.Length));
        if (query.Type == DnsType.HINFO) return null;
        Interlocked.Increment(ref questions);
        var writer = query.Begin();
        if (script(query.Name.ToString(), query.Type, overTcp, ref writer) is not { } rcode) return null;
        var cut = !overTcp && writer.Length > DnsQuery.MaxUdpPayload;
        if (cut) writer = query.Begin();
        query.End(ref writer, cut ? DnsFlags.Truncated : DnsFlags.None, rcode);
        return query.Response.ToArray();
    }
}
