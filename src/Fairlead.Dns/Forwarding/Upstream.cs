using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Forwarding;

/// <summary>
/// One server that questions are forwarded to. Each try has a socket of its own, so a source port that the kernel
/// chooses at random (RFC 5452 §9.2). Thread-safe.
/// </summary>
sealed class Upstream(IPEndPoint address, DnsOptions options)
{
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    // A datagram may be lost; two tries in a row are not.
    const int FailuresToRest = 2;

    int failures;
    long restsSince;

    public IPEndPoint Address => address;

    /// <summary>Whether it was found to send our questions back to us.</summary>
    public bool IsLoop { get; set; }

    /// <summary>Whether the last tries all failed.</summary>
    public bool IsFailing => Volatile.Read(ref failures) >= FailuresToRest;

    /// <summary>Whether it failed so lately that trying again would only keep the client waiting.</summary>
    public bool IsResting => IsFailing && options.Time.GetElapsedTime(Volatile.Read(ref restsSince)) < Rest;

    /// <summary>Asks, over TCP too if the answer was cut short; null if no usable answer came in time.</summary>
    /// <param name="message">A whole query, its id chosen by the caller.</param>
    public async Task<StoredAnswer?> AskAsync(ReadOnlyMemory<byte> message, string name, DnsType type, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(options.UpstreamTimeout);
        var buffer = ArrayPool<byte>.Shared.Rent(ushort.MaxValue);
        StoredAnswer? answer = null;
        try
        {
            answer = await AskUdpAsync(message, name, type, buffer, limited.Token).ConfigureAwait(false);
            if (answer?.Header.IsTruncated == true) answer = await AskTcpAsync(message, name, type, buffer, limited.Token).ConfigureAwait(false) ?? answer;
        }
        catch (SocketException) { }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        Note(answer is not null);
        return answer;
    }

    async Task<StoredAnswer?> AskUdpAsync(ReadOnlyMemory<byte> message, string name, DnsType type, byte[] buffer, CancellationToken cancellation)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
        await socket.SendAsync(message, cancellation).ConfigureAwait(false);
        while (true)
        {
            // What does not fit our question may be forged: the true answer is still waited for.
            var length = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            if (Fits(message.Span, buffer.AsSpan(0, length), name, type) is { } answer) return answer;
        }
    }

    async Task<StoredAnswer?> AskTcpAsync(ReadOnlyMemory<byte> message, string name, DnsType type, byte[] buffer, CancellationToken cancellation)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)message.Length);
        message.CopyTo(buffer.AsMemory(2));
        await socket.SendAsync(buffer.AsMemory(0, message.Length + 2), cancellation).ConfigureAwait(false);
        if (!await FillAsync(socket, buffer.AsMemory(0, 2), cancellation).ConfigureAwait(false)) return null;
        var whole = buffer.AsMemory(0, BinaryPrimitives.ReadUInt16BigEndian(buffer));
        return await FillAsync(socket, whole, cancellation).ConfigureAwait(false) ? Fits(message.Span, whole.Span, name, type) : null;
    }

    static async Task<bool> FillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            var received = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            if (received == 0) return false;
            buffer = buffer[received..];
        }
        return true;
    }

    static StoredAnswer? Fits(ReadOnlySpan<byte> question, ReadOnlySpan<byte> answer, string name, DnsType type) =>
        answer.Length >= 2 && answer[..2].SequenceEqual(question[..2]) ? StoredAnswer.Read(answer, name, type) : null;

    void Note(bool success)
    {
        if (success) Volatile.Write(ref failures, 0);
        else if (Interlocked.Increment(ref failures) >= FailuresToRest) Volatile.Write(ref restsSince, options.Time.GetTimestamp());
    }

    public override string ToString() => address.ToString();
}
