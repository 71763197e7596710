using System.Globalization;
using System.Net;
using System.Text;

namespace Fairlead.Wire.IpSets;

/// <summary>An element of a set; what its set's type has no place for is null. Compares by value.</summary>
/// <param name="PrefixLength">Of a type with "net" first.</param>
/// <param name="Protocol">The IP protocol number; a bitmap of ports has none.</param>
/// <param name="Second">The second address of types that end with one.</param>
public readonly record struct IpSetElement(
    IPAddress? Address, byte? PrefixLength = null, byte? Protocol = null, ushort? Port = null, IPAddress? Second = null, byte? SecondPrefixLength = null)
{
    /// <summary>As ipset(8) writes it: "10.96.0.1,tcp:443", "10.244.0.0/16".</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        void Add(IPAddress? address, byte? prefix)
        {
            if (address is null) return;
            if (text.Length > 0) text.Append(',');
            text.Append(address);
            if (prefix is { } bits && bits < address.GetAddressBytes().Length * 8) text.Append(CultureInfo.InvariantCulture, $"/{bits}");
        }

        Add(Address, PrefixLength);
        if (Port is { } port)
        {
            if (text.Length > 0) text.Append(',');
            if (Protocol is { } protocol) text.Append(protocol switch { 6 => "tcp:", 17 => "udp:", 132 => "sctp:", _ => protocol.ToString(CultureInfo.InvariantCulture) + ":" });
            text.Append(port.ToString(CultureInfo.InvariantCulture));
        }
        Add(Second, SecondPrefixLength);
        return text.ToString();
    }
}
