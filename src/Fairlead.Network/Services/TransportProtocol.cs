namespace Fairlead.Network.Services;

/// <summary>A protocol of Service ports; the value is its IP protocol number.</summary>
public enum TransportProtocol : byte
{
    Tcp = 6,
    Udp = 17,
    Sctp = 132,
}
