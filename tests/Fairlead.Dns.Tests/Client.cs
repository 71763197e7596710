using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>Asks one server, message by message.</summary>
sealed class Client(IPEndPoint server)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    ushort lastId = 100;

    public static byte[] Query(ushort id, string name, DnsType type, DnsEdns? edns = null, DnsClass @class = DnsClass.IN, DnsFlags flags = DnsFlags.RecursionDesired, DnsOpcode opcode = DnsOpcode.Query)
    {
        var buffer = new byte[512];
        var writer = new DnsWriter(buffer) { Section = DnsSection.Additional };
        Assert.True(writer.TryWriteQuestion(name, type, @class));
        if (edns is { } opt) Assert.True(writer.TryWriteEdns(opt));
        return buffer[..writer.Finish(id, flags, opcode, DnsRcode.NoError)];
    }

    public Task<Answer> AskAsync(string name, DnsType type, DnsEdns? edns = null) => SendAsync(Query(++lastId, name, type, edns));

    public async Task<Answer> SendAsync(byte[] message)
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        await socket.SendAsync(message);
        return Answer.Read(await ReceiveAsync(socket));
    }

    /// <summary>The bytes of the first response to any of the messages.</summary>
    public async Task<byte[]> SendAllAsync(params byte[][] messages)
    {
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        foreach (var message in messages) await socket.SendAsync(message);
        return await ReceiveAsync(socket);
    }

    /// <summary>Sends all messages at once on one connection and reads as many answers.</summary>
    public async Task<Answer[]> TcpAsync(params byte[][] messages)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(server, limit.Token);
        var stream = socket.GetStream();
        foreach (var message in messages) await stream.WriteAsync(Framed(message), limit.Token);
        var answers = new List<Answer>();
        var length = new byte[2];
        while (answers.Count < messages.Length)
        {
            await stream.ReadExactlyAsync(length, limit.Token);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, limit.Token);
            answers.Add(Answer.Read(answer));
        }
        return [.. answers];
    }

    public static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[ushort.MaxValue];
        return buffer[..await socket.ReceiveAsync(buffer, limit.Token)];
    }
}
