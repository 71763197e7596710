using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Resources.Kinds;

namespace Fairlead.Server.Allocation;

/// <summary>A range of cluster addresses.</summary>
/// <param name="Family">IPv4 or IPv6, as in spec.ipFamilies.</param>
/// <param name="Text">As written: 10.96.0.0/16.</param>
/// <param name="Numbers">Its addresses, without the network's own and, in IPv4, the broadcast address.</param>
public sealed record ServiceRange(string Family, string Text, IPNetwork Network, NumberRange Numbers)
{
    public const string V4 = "IPv4", V6 = "IPv6";

    // KEP-3070: a sixteenth of the range, but no less than 16 and no more than 256 addresses.
    const int FewestStatic = 16, MostStatic = 256, StaticPart = 16;

    public static ServiceRange Of(IPNetwork network)
    {
        var v4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        var first = ToNumber(network.BaseAddress);
        var bits = (v4 ? 32 : 128) - network.PrefixLength;
        var size = bits == 128 ? UInt128.MaxValue : UInt128.One << bits;
        var reserved = size <= FewestStatic ? 0 : UInt128.Clamp(size / StaticPart, FewestStatic, MostStatic);
        var last = first + size - (v4 ? 2u : 1u);
        return new(v4 ? V4 : V6, $"{IPText.Canonical(network.BaseAddress)}/{network.PrefixLength.ToString(CultureInfo.InvariantCulture)}", network,
            new(first + 1, first + 1 + reserved, last < first ? first : last));
    }

    /// <summary>Reads the flag --service-cluster-ip-range: one range, or one of each family, the primary first.</summary>
    /// <exception cref="FormatException">It is neither, or a range is too large or too small to be used.</exception>
    public static IReadOnlyList<IPNetwork> ParseFlag(string text)
    {
        List<IPNetwork> ranges = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(r => IPNetwork.TryParse(r, out var range)
            ? range : throw new FormatException($"\"{r}\" is no range such as 10.96.0.0/16"))];
        Check(ranges);
        return ranges;
    }

    /// <exception cref="FormatException">As <see cref="ParseFlag"/>.</exception>
    public static void Check(IReadOnlyList<IPNetwork> ranges)
    {
        if (ranges.Count > 2 || (ranges.Count == 2 && ranges[0].BaseAddress.AddressFamily == ranges[1].BaseAddress.AddressFamily))
            throw new FormatException($"\"{string.Join(',', ranges)}\": there may be one range, or one of each address family");
        foreach (var range in ranges)
        {
            var (shortest, longest) = range.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? (8, 30) : (64, 126);
            if (range.PrefixLength < shortest || range.PrefixLength > longest)
                throw new FormatException($"{range} can't be a range of cluster addresses: its prefix length must be from {shortest} to {longest}");
        }
    }

    public static UInt128 ToNumber(IPAddress address)
    {
        var number = UInt128.Zero;
        foreach (var part in address.GetAddressBytes()) number = number << 8 | part;
        return number;
    }

    /// <summary>The canonical text of an address of this range.</summary>
    public string AddressOf(UInt128 number)
    {
        var bytes = new byte[Family == V4 ? 4 : 16];
        for (var i = bytes.Length - 1; i >= 0; i--, number >>= 8) bytes[i] = (byte)(number & 0xff);
        return IPText.Canonical(new IPAddress(bytes));
    }
}
