using System.Net;
using System.Net.Sockets;
using Fairlead.Wire.Dns;

namespace Fairlead.Cli.Cluster;

/// <summary>Asks the cluster's network from the host's own shell, as a user would: a name, and a Service.</summary>
public static class NetworkProbe
{
    static readonly TimeSpan OneTry = TimeSpan.FromMilliseconds(500);

    /// <summary>The IPv4 address that a DNS server gives for the name, or null if it gives none in time.</summary>
    public static async Task<IPAddress?> ResolveAsync(IPAddress server, string name, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OneTry);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(server, 53), limit.Token).ConfigureAwait(false);
            await socket.SendAsync(Question(name), limit.Token).ConfigureAwait(false);
            var answer = new byte[1232];
            var length = await socket.ReceiveAsync(answer, limit.Token).ConfigureAwait(false);
            return FirstAddress(answer.AsSpan(0, length));
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>True if a TCP connection is accepted.</summary>
    public static async Task<bool> ConnectsAsync(IPEndPoint target, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OneTry);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    static byte[] Question(string name)
    {
        Span<byte> buffer = stackalloc byte[512];
        var writer = new DnsWriter(buffer);
        writer.TryWriteQuestion(name, DnsType.A, DnsClass.IN);
        var length = writer.Finish((ushort)Random.Shared.Next(ushort.MaxValue), DnsFlags.RecursionDesired, DnsOpcode.Query, DnsRcode.NoError);
        return buffer[..length].ToArray();
    }

    static IPAddress? FirstAddress(ReadOnlySpan<byte> answer)
    {
        var reader = new DnsReader(answer);
        if (!reader.TryReadHeader(out var header) || !reader.TryReadQuestion(out _)) return null;
        for (var i = 0; i < header.Answers; i++)
        {
            if (!reader.TryReadRecord(out var record)) return null;
            if (record.Type == DnsType.A && record.Data.Length == 4) return new IPAddress(record.Data);
        }
        return null;
    }
}
