using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Server.Listen;

/// <summary>
/// What TLS writes: to the socket as it lies, until <see cref="UseTransport"/>. Kestrel's transport would copy it and send
/// it later, which is the better for many connections with short answers and the worse for few with many watches. There is
/// no way back: the transport does not say when it has sent what it was given. Between <see cref="Gather"/> and
/// <see cref="SendAsync"/> what is written goes out together: to send, and to wake who reads, costs more than to copy.
/// </summary>
sealed class SocketOutput(Socket socket, PipeWriter transport) : PipeWriter
{
    static readonly BlockPool Batches = new(64 * 1024);

    bool isStraight = true;
    IMemoryOwner<byte>? batch;
    int gathered;

    /// <summary>Middleware of a connection, before that of TLS.</summary>
    public static ConnectionDelegate Of(ConnectionDelegate next) => connection =>
    {
        var output = new SocketOutput(connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket, connection.Transport.Output);
        connection.Features.Set(output);
        connection.Transport = new DuplexPipe(connection.Transport.Input, output);
        return next(connection);
    };

    public void UseTransport() => isStraight = false;

    /// <summary>What TLS writes from here on may wait.</summary>
    public void Gather() => batch ??= Batches.Rent();

    /// <summary>Nothing of it waits any longer.</summary>
    /// <exception cref="SocketException">The client is gone.</exception>
    public async ValueTask SendAsync()
    {
        if (batch is null) return;
        using var all = batch;
        batch = null;
        await SendGatheredAsync(all, default).ConfigureAwait(false);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (!isStraight) return transport.WriteAsync(source, cancellationToken);
        if (batch is null) return ToSocketAsync(source, cancellationToken);
        if (source.Length > batch.Memory.Length - gathered) return SendOnAsync(batch, source, cancellationToken);
        Add(batch, source);
        return default;
    }

    // TLS writes whole records by the method above, and nothing by these.
    public override Memory<byte> GetMemory(int sizeHint = 0) => transport.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => transport.GetSpan(sizeHint);

    public override void Advance(int bytes) => transport.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => transport.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => transport.Complete(exception);

    void Add(IMemoryOwner<byte> to, ReadOnlyMemory<byte> source)
    {
        source.CopyTo(to.Memory[gathered..]);
        gathered += source.Length;
    }

    async ValueTask<FlushResult> SendOnAsync(IMemoryOwner<byte> full, ReadOnlyMemory<byte> source, CancellationToken cancellation)
    {
        await SendGatheredAsync(full, cancellation).ConfigureAwait(false);
        if (source.Length > full.Memory.Length) return await ToSocketAsync(source, cancellation).ConfigureAwait(false);
        Add(full, source);
        return default;
    }

    async ValueTask SendGatheredAsync(IMemoryOwner<byte> from, CancellationToken cancellation)
    {
        (var bytes, gathered) = (gathered, 0);
        await ToSocketAsync(from.Memory[..bytes], cancellation).ConfigureAwait(false);
    }

    async ValueTask<FlushResult> ToSocketAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellation).ConfigureAwait(false)..];
        return default;
    }
}
