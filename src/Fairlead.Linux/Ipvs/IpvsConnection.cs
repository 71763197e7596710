using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Linux.Ipvs;

/// <summary>A connection that IPVS remembers, or the memory of a client (protocol IP, or port 0).</summary>
/// <param name="State">As the kernel names it: "ESTABLISHED", "UDP", "TIME_WAIT".</param>
/// <param name="Expires">When it is forgotten unless another packet comes.</param>
public sealed record IpvsConnection(VirtualServiceKey Service, IPAddress Client, ushort ClientPort, IPAddress Destination, ushort DestinationPort, string State, TimeSpan Expires)
{
    const string File = "/proc/thread-self/net/ip_vs_conn";

    /// <summary>No packet is to be expected any more: it has been closed, or it is the memory of a client.</summary>
    public bool IsOver => ClientPort == 0 || State is "TIME_WAIT" or "CLOSE" or "CLOSED" or "NONE";

    /// <summary>The connections of the calling thread's network namespace; none where there is no IPVS. Walks all of them.</summary>
    public static IEnumerable<IpvsConnection> List() =>
        !System.IO.File.Exists(File) ? [] : System.IO.File.ReadLines(File).Skip(1).Select(Parse).OfType<IpvsConnection>();

    /// <summary>Reads a line of the kernel's list; null if it is none.</summary>
    /// <example>TCP C6336409 D6FA 0A60000A 0050 0AF4010B 1F90 ESTABLISHED     897</example>
    public static IpvsConnection? Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 9) return null;
        if (Address(words[1]) is not { } client || Address(words[3]) is not { } service || Address(words[5]) is not { } destination) return null;
        if (Port(words[2]) is not { } clientPort || Port(words[4]) is not { } servicePort || Port(words[6]) is not { } destinationPort) return null;
        if (!int.TryParse(words[8], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return null;
        var protocol = words[0] switch { "TCP" => (byte)6, "UDP" => (byte)17, "SCTP" => (byte)132, _ => (byte)0 };
        return new(new(service, protocol, servicePort), client, clientPort, destination, destinationPort, words[7], TimeSpan.FromSeconds(seconds));
    }

    // Eight hexadecimal digits, or an IPv6 address written in full.
    static IPAddress? Address(string text)
    {
        if (text.Contains(':')) return IPAddress.TryParse(text, out var ipv6) ? ipv6 : null;
        if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)) return null;
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, bits);
        return new(bytes);
    }

    static ushort? Port(string text) => ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port) ? port : null;
}
