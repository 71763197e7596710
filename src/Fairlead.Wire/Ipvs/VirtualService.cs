using System.Globalization;
using System.Net;

namespace Fairlead.Wire.Ipvs;

/// <summary>What IPVS finds a virtual service by: an address, a protocol and a port, or the mark of a packet.</summary>
/// <param name="Address">With a mark: the unspecified address of its family.</param>
/// <param name="Protocol">The IP protocol number; 0 with a mark.</param>
/// <param name="Mark">0: found by address, protocol and port.</param>
public readonly record struct VirtualServiceKey(IPAddress Address, byte Protocol, ushort Port, uint Mark = 0)
{
    /// <summary>One for packets that carry a mark, whatever they are sent to.</summary>
    public static VirtualServiceKey OfMark(uint mark, bool ipv6) => new(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0, 0, mark);

    public bool IsIPv6 => IpvsMessages.IsIPv6(Address);

    /// <summary>As ipvsadm writes it: "-t 10.96.0.1:443", "-f 7".</summary>
    public override string ToString()
    {
        if (Mark != 0) return string.Create(CultureInfo.InvariantCulture, $"-f {Mark}{(IsIPv6 ? " -6" : "")}");
        var option = Protocol switch { 6 => "-t", 17 => "-u", 132 => "--sctp-service", _ => $"--protocol-{Protocol}" };
        return $"{option} {IpvsMessages.Text(Address, Port)}";
    }
}

/// <summary>How a virtual service treats its connections (IP_VS_SVC_F_ of linux/ip_vs.h).</summary>
[Flags]
public enum VirtualServiceOptions : uint
{
    None = 0,

    /// <summary>A client's connections go to one destination for as long as <see cref="VirtualService.Timeout"/> says.</summary>
    Persistent = 1,

    /// <summary>The kernel's own: the service is in its table. Not to be set.</summary>
    Hashed = 2,

    /// <summary>Each datagram is scheduled for itself.</summary>
    OnePacket = 4,

    /// <summary>The scheduler's first own option: sh and mh take another destination where the chosen one takes none.</summary>
    Scheduler1 = 8,

    /// <summary>The scheduler's second own option: sh and mh look at the client's port too.</summary>
    Scheduler2 = 16,

    Scheduler3 = 32,
}

/// <summary>A virtual service of IPVS.</summary>
/// <param name="Scheduler">Such as "rr".</param>
public sealed record VirtualService(VirtualServiceKey Key, string Scheduler)
{
    public VirtualServiceOptions Options { get; init; }

    /// <summary>How long a client is remembered, in whole seconds; zero without <see cref="VirtualServiceOptions.Persistent"/>.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Clients whose addresses have this many bits in common are one client to persistence.</summary>
    public int PrefixLength { get; init; } = IpvsMessages.AllBits(Key.Address);

    /// <summary>As `ipvsadm-save -n` writes it.</summary>
    public override string ToString()
    {
        var persistence = Options.HasFlag(VirtualServiceOptions.Persistent) ? string.Create(CultureInfo.InvariantCulture, $" -p {Timeout.TotalSeconds}") : "";
        var options = new List<string>();
        if (Options.HasFlag(VirtualServiceOptions.Scheduler1)) options.Add(Scheduler is "sh" or "mh" ? $"{Scheduler}-fallback" : "flag-1");
        if (Options.HasFlag(VirtualServiceOptions.Scheduler2)) options.Add(Scheduler is "sh" or "mh" ? $"{Scheduler}-port" : "flag-2");
        return $"-A {Key} -s {Scheduler}{persistence}{(options.Count > 0 ? $" -b {string.Join(',', options)}" : "")}";
    }
}
