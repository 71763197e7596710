using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Resources.Kinds;

namespace Fairlead.Controllers.LoadBalancers;

/// <summary>Addresses that Services of type LoadBalancer may have.</summary>
/// <param name="AutoAssign">False if they are given to Services that ask for one of them alone.</param>
public sealed record AddressPool(string Name, IReadOnlyList<PoolRange> Ranges, bool AutoAssign);

/// <summary>Some addresses of one family, first and last included.</summary>
public readonly record struct PoolRange(bool IPv6, UInt128 First, UInt128 Last)
{
    /// <summary>Reads 10.0.0.0/24 (in IPv4 without its first and last address, which belong to the network) or 10.0.0.5-10.0.0.9.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static PoolRange Parse(string text)
    {
        if (text.Split('-', StringSplitOptions.TrimEntries) is [var from, var to])
        {
            if (IPText.Parse(from) is not { } first || IPText.Parse(to) is not { } last || first.AddressFamily != last.AddressFamily || ToNumber(first) > ToNumber(last))
                throw new FormatException($"\"{text}\" is no range such as 192.0.2.10-192.0.2.20");
            return new(first.AddressFamily == AddressFamily.InterNetworkV6, ToNumber(first), ToNumber(last));
        }
        if (!IPNetwork.TryParse(text.Trim(), out var network)) throw new FormatException($"\"{text}\" is no range such as 192.0.2.0/24 or 192.0.2.10-192.0.2.20");
        var v6 = network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        var bits = (v6 ? 128 : 32) - network.PrefixLength;
        var own = ToNumber(network.BaseAddress);
        var end = own + (bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1);
        return v6 || bits < 2 ? new(v6, own, end) : new(v6, own + 1, end - 1);
    }

    public bool Contains(IPAddress address) =>
        address.AddressFamily == (IPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork) && ToNumber(address) is var number && number >= First && number <= Last;

    /// <summary>The address of a number of this range, in canonical form.</summary>
    public string AddressOf(UInt128 number)
    {
        var bytes = new byte[IPv6 ? 16 : 4];
        for (var i = bytes.Length - 1; i >= 0; i--, number >>= 8) bytes[i] = (byte)(number & 0xff);
        return IPText.Canonical(new IPAddress(bytes));
    }

    static UInt128 ToNumber(IPAddress address)
    {
        var number = UInt128.Zero;
        foreach (var part in address.GetAddressBytes()) number = number << 8 | part;
        return number;
    }
}
