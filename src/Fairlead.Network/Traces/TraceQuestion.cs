using System.Globalization;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces;

/// <summary>What a trace is asked: where does a packet of this sender to this target go?</summary>
/// <param name="Protocol">Null: that of the Service port where it is named, else TCP.</param>
/// <param name="Namespace">Of names that say none.</param>
public sealed record TraceQuestion(TraceSender Sender, TraceTarget Target, TransportProtocol? Protocol, string Namespace)
{
    /// <summary>Reads a question as it is written on the command line.</summary>
    /// <param name="from">POD, NAMESPACE/POD, pod/POD, node/NODE or an address.</param>
    /// <param name="to">SERVICE, NAMESPACE/SERVICE, svc/SERVICE, a DNS name or an address, with :PORT.</param>
    /// <param name="protocol">tcp, udp or sctp; null as in <see cref="Protocol"/>.</param>
    /// <exception cref="TraceQuestionException">It can't be understood.</exception>
    public static TraceQuestion Read(string from, string to, string? protocol, string ns) =>
        new(ReadSender(from, ns), ReadTarget(to, ns), ReadProtocol(protocol), ns);

    static TransportProtocol? ReadProtocol(string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "tcp" => TransportProtocol.Tcp,
        "udp" => TransportProtocol.Udp,
        "sctp" => TransportProtocol.Sctp,
        _ => throw new TraceQuestionException($"--proto {text} is no protocol of Services: give tcp, udp or sctp."),
    };

    static TraceSender ReadSender(string text, string ns)
    {
        if (Address.TryParse(text, out var address) && LooksLikeAddress(text)) return new AddressSender(address);
        return text.Split('/') switch
        {
            [{ Length: > 0 } name] => new PodSender(new(ns, name)),
            ["pod" or "pods" or "po", { Length: > 0 } name] => new PodSender(new(ns, name)),
            ["node" or "nodes" or "no", { Length: > 0 } name] => new NodeSender(name),
            [{ Length: > 0 } other, { Length: > 0 } name] => new PodSender(new(other, name)),
            _ => throw new TraceQuestionException($"\"{text}\" is no sender: give a Pod's name, node/NAME or an IP address."),
        };
    }

    static TraceTarget ReadTarget(string text, string ns)
    {
        var (host, port) = Split(text);
        if (host.Length == 0) throw new TraceQuestionException($"--to \"{text}\" names no target: give SERVICE, an IP address or a name, with :PORT.");
        if (LooksLikeAddress(host) && Address.TryParse(host, out var address))
        {
            if (port is null) throw new TraceQuestionException($"--to {text} names no port: write it as {new AddressTarget(address, 80)}.");
            return new AddressTarget(address, Number(port) ?? throw new TraceQuestionException($"--to {text}: {port} is no port: give a number from 1 to 65535."));
        }
        if (port is not null && port.All(char.IsAsciiDigit) && Number(port) is null)
            throw new TraceQuestionException($"--to {text}: {port} is no port: give a number from 1 to 65535.");
        return host.Split('/') switch
        {
            [var name] => new NameTarget(name.TrimEnd('.').ToLowerInvariant(), port),
            ["svc" or "service" or "services", { Length: > 0 } name] => new ServiceTarget(new(ns, name), port),
            [{ Length: > 0 } other, { Length: > 0 } name] => new ServiceTarget(new(other, name), port),
            _ => throw new TraceQuestionException($"--to \"{text}\" is no target: give SERVICE, NAMESPACE/SERVICE, an IP address or a name, with :PORT."),
        };
    }

    /// <summary>Splits HOST:PORT, [IPv6]:PORT and a bare IPv6 address.</summary>
    static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0) throw new TraceQuestionException($"--to {text}: the bracket is not closed.");
            var rest = text[(end + 1)..];
            return (text[1..end], rest.StartsWith(':') && rest.Length > 1 ? rest[1..] : null);
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon != text.LastIndexOf(':')) return (text, null);
        return (text[..colon], colon + 1 < text.Length ? text[(colon + 1)..] : null);
    }

    /// <summary>The port number that a text is; null if it is none.</summary>
    internal static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number : null;

    // IPAddress also reads "1" and "0x7f.1", which are names here.
    static bool LooksLikeAddress(string text) => text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3;
}
