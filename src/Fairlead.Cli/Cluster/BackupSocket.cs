using System.Net.Sockets;
using Fairlead.Store;
using Fairlead.Store.Encryption;
using Fairlead.Store.Transfer;

namespace Fairlead.Cli.Cluster;

/// <summary>
/// How `fairlead backup` gets at the objects while a server has the store's file to itself: whoever connects to a socket
/// in the server's folder, which is the owner's alone, is sent a dump.
/// </summary>
public static class BackupSocket
{
    static string PathOf(ClusterLayout layout) => layout.ServerFolder + "/backup.sock";

    /// <summary>Answers until cancelled, one at a time.</summary>
    public static async Task ServeAsync(ClusterLayout layout, IStore store, ValueEncryption encryption, Action<string> log, CancellationToken cancellation)
    {
        var path = PathOf(layout);
        try
        {
            // The file of a server that was killed.
            File.Delete(path);
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(1);
            while (true)
            {
                using var client = await listener.AcceptAsync(cancellation).ConfigureAwait(false);
                try { await SendAsync(client, store, encryption, cancellation).ConfigureAwait(false); }
                catch (Exception e) when (e is IOException or StoreUnavailableException) { log($"a backup was not finished: {e.Message}"); }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            log($"no backups are given at {path}: {e.Message}");
        }
    }

    /// <summary>The running server's dump, or null if none runs.</summary>
    public static async Task<Stream?> ConnectAsync(ClusterLayout layout, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathOf(layout)), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    static async Task SendAsync(Socket client, IStore store, ValueEncryption encryption, CancellationToken cancellation)
    {
        var stream = new BufferedStream(new NetworkStream(client, ownsSocket: false), 1 << 16);
        await using (stream.ConfigureAwait(false))
        {
            await DumpFile.WriteAsync(stream, await StoreDump.TakeAsync(store, cancellation).ConfigureAwait(false), encryption, cancellation).ConfigureAwait(false);
        }
    }
}
