using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Fairlead.Linux.Sockets;

/// <summary>One socket as the kernel has it: the remote end is where packets really go, even if the program was told otherwise.</summary>
public sealed record SocketEntry(IPEndPoint Local, IPEndPoint Remote);

/// <summary>The sockets of the network namespace of the calling thread (proc_net(5), /proc/net/tcp and the like).</summary>
public static class SocketTable
{
    /// <summary>Reads one table.</summary>
    /// <param name="name">tcp, tcp6, udp or udp6.</param>
    public static IReadOnlyList<SocketEntry> Read(string name)
    {
        var file = "/proc/thread-self/net/" + name;
        return File.Exists(file) ? [.. File.ReadLines(file).Skip(1).Select(Parse).OfType<SocketEntry>()] : [];
    }

    /// <summary>Reads one line: number, local end, remote end and more. Null for anything else.</summary>
    internal static SocketEntry? Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && End(fields[1]) is { } local && End(fields[2]) is { } remote ? new(local, remote) : null;
    }

    /// <summary>An address in words of 32 bits, each in the machine's order, and a port.</summary>
    static IPEndPoint? End(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32) || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port)) return null;
        var bytes = new byte[colon / 2];
        for (var word = 0; word < bytes.Length / 4; word++)
        {
            if (!uint.TryParse(text.AsSpan(word * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)) return null;
            // The machine's order is little-endian on every machine that this runs on; the bytes in memory are the address.
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(word * 4), value);
        }
        var address = new IPAddress(bytes);
        return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}
