using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Linux.Processes;

/// <summary>
/// Sockets of other processes (pidfd_getfd(2), Linux 5.6): a datagram socket can be connected to another peer while its owner
/// uses it, who notices nothing.
/// </summary>
public static unsafe partial class ForeignSockets
{
    const int SolSocket = 1, SoCookie = 57, SoProtocol = 38, Udp = 17;

    /// <summary>Connects UDP sockets of the given processes anew.</summary>
    /// <param name="peerOf">
    /// Given a socket's cookie and whom it is connected to, says whom to connect it to instead, or null. Called once a socket,
    /// from this call.
    /// </param>
    /// <returns>How many were connected. Processes and sockets that end meanwhile are passed over.</returns>
    public static int Reconnect(IEnumerable<int> processes, Func<ulong, IPEndPoint, IPEndPoint?> peerOf)
    {
        var (seen, connected) = (new HashSet<ulong>(), 0);
        foreach (var pid in processes)
        {
            using var process = new SafeFileHandle(pidfd_open(pid, 0), true);
            if (process.IsInvalid) continue;
            foreach (var number in Numbers(pid))
            {
                using var socket = new SafeFileHandle(pidfd_getfd((int)process.DangerousGetHandle(), number, 0), true);
                if (!socket.IsInvalid && Reconnect((int)socket.DangerousGetHandle(), seen, peerOf)) connected++;
            }
        }
        return connected;
    }

    static bool Reconnect(int socket, HashSet<ulong> seen, Func<ulong, IPEndPoint, IPEndPoint?> peerOf)
    {
        if (Option<int>(socket, SoProtocol) != Udp || Option<ulong>(socket, SoCookie) is not { } cookie || !seen.Add(cookie)) return false;
        var bytes = stackalloc byte[32];
        var length = 32;
        if (getpeername(socket, bytes, &length) != 0 || Read(new(bytes, length)) is not { } peer || peerOf(cookie, peer) is not { } next) return false;
        var ipv6 = MemoryMarshal.Read<ushort>(new ReadOnlySpan<byte>(bytes, 2)) == 10;
        var address = new IPEndPoint(ipv6 && next.AddressFamily == AddressFamily.InterNetwork ? next.Address.MapToIPv6() : next.Address, next.Port).Serialize();
        fixed (byte* to = address.Buffer.Span) return connect(socket, to, address.Size) == 0;
    }

    static IPEndPoint? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 16) return null;
        var port = bytes[2] << 8 | bytes[3];
        return MemoryMarshal.Read<ushort>(bytes) switch
        {
            2 => new(new IPAddress(bytes[4..8]), port),
            10 when bytes.Length >= 24 && new IPAddress(bytes[8..24]) is var ip => new(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip, port),
            _ => null,
        };
    }

    static List<int> Numbers(int pid)
    {
        try
        {
            return [.. new DirectoryInfo($"/proc/{pid}/fd").EnumerateFileSystemInfos().Where(f => f.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true).Select(f => int.Parse(f.Name))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    static T? Option<T>(int socket, int option) where T : unmanaged
    {
        T value;
        var length = sizeof(T);
        return getsockopt(socket, SolSocket, option, &value, &length) == 0 ? value : null;
    }

    const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)] private static partial int pidfd_open(int pid, uint flags);
    [LibraryImport(Library, SetLastError = true)] private static partial int pidfd_getfd(int process, int fd, uint flags);
    [LibraryImport(Library, SetLastError = true)] private static partial int getsockopt(int socket, int level, int option, void* value, int* length);
    [LibraryImport(Library, SetLastError = true)] private static partial int getpeername(int socket, byte* address, int* length);
    [LibraryImport(Library, SetLastError = true)] private static partial int connect(int socket, byte* address, int length);
}
