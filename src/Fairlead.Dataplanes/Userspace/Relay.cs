using System.Buffers;
using System.Net.Sockets;

namespace Fairlead.Dataplanes.Userspace;

/// <summary>Carries bytes between two connections until both directions have ended; the end of one is passed on alone.</summary>
static class Relay
{
    const int BufferSize = 16 * 1024;

    /// <exception cref="SocketException">One of them broke; both are reset.</exception>
    public static async Task RunAsync(Socket near, Socket far)
    {
        var there = CarryAsync(near, far);
        var back = CarryAsync(far, near);
        var first = await Task.WhenAny(there, back).ConfigureAwait(false);
        if (first.IsFaulted)
        {
            // What waits on the other side would wait for ever.
            Reset(near);
            Reset(far);
        }
        await Task.WhenAll(there, back).ConfigureAwait(false);
    }

    static async Task CarryAsync(Socket from, Socket to)
    {
        while (true)
        {
            // A connection that is silent holds no buffer.
            await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                var n = await from.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
                if (n == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
                for (var sent = 0; sent < n;) sent += await to.SendAsync(buffer.AsMemory(sent, n - sent), SocketFlags.None).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    static void Reset(Socket socket)
    {
        socket.LingerState = new(true, 0);
        socket.Close();
    }
}
