using System.Globalization;
using System.Net;

namespace Fairlead.Wire.Ipvs;

/// <summary>How a packet gets to a destination (IP_VS_CONN_F_ of linux/ip_vs.h).</summary>
public enum ForwardingMethod : uint
{
    /// <summary>Its addresses and ports are rewritten, both ways.</summary>
    Masquerade = 0,
    Local = 1,
    Tunnel = 2,
    DirectRoute = 3,
}

/// <summary>A real server of a virtual service.</summary>
/// <param name="Weight">0: it keeps its connections and gets no new ones.</param>
public sealed record Destination(IPAddress Address, ushort Port, int Weight = 1)
{
    public ForwardingMethod Forwarding { get; init; }

    /// <summary>At this many connections it gets no new ones; 0: no limit.</summary>
    public int UpperThreshold { get; init; }

    /// <summary>Below this many it gets new ones again.</summary>
    public int LowerThreshold { get; init; }

    /// <summary>Established connections. Read, never written.</summary>
    public int ActiveConnections { get; init; }

    /// <summary>Connections that are being made, or have ended and are remembered for a while. Read, never written.</summary>
    public int InactiveConnections { get; init; }

    /// <summary>As `ipvsadm-save -n` writes it.</summary>
    public override string ToString()
    {
        var how = Forwarding switch { ForwardingMethod.Tunnel => "-i", ForwardingMethod.DirectRoute => "-g", _ => "-m" };
        return string.Create(CultureInfo.InvariantCulture, $"-r {IpvsMessages.Text(Address, Port)} {how} -w {Weight}");
    }
}
