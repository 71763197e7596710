using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Cni;

/// <summary>One address of a Pod, and the node's address towards it.</summary>
readonly record struct PodAddress(IPAddress Address, IPAddress Gateway)
{
    /// <summary>32 or 128: a Pod has its address alone, not its node's range.</summary>
    public int Prefix => Address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;

    /// <summary>The range of the one address.</summary>
    public IPNetwork Alone => new(Address, Prefix);

    /// <summary>All addresses of the family.</summary>
    public IPNetwork Everywhere => IPNetwork.Parse(Prefix == 128 ? "::/0" : "0.0.0.0/0");

    /// <summary>The address of a Pod in the IPv6 range that has the same number as one in the IPv4 range.</summary>
    public static PodAddress Paired(IPAddress address, IPNetwork range, IPNetwork range6)
    {
        var number = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) - BinaryPrimitives.ReadUInt32BigEndian(range.BaseAddress.GetAddressBytes());
        return new(At(range6, number), At(range6, 1));
    }

    static IPAddress At(IPNetwork range, uint number)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(bytes) + number);
        return new(bytes);
    }
}
