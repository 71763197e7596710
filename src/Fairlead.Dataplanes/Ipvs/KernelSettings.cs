using Fairlead.Linux.Ipvs;
using Fairlead.Linux.Namespaces;
using Fairlead.Network.Configuration;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>The settings of the node's network namespace that IPVS for Services needs.</summary>
static class KernelSettings
{
    const string RouteLocalnet = "net/ipv4/conf/all/route_localnet";

    // Since then a connection that takes up a closed one's port is scheduled anew at once.
    static readonly Version PortReuseWorks = new(5, 9);

    /// <summary>Writes them; one that the kernel does not have is left out.</summary>
    public static void Apply(IpvsSettings settings, IpvsTable table)
    {
        // IPVS's connections are tracked, else none could be masqueraded, and no packet of one be told from a new one's.
        Sysctl.Write("net/ipv4/vs/conntrack", "1");
        // What is sent to a destination that is gone goes to another one, with the next packet; clients remembered for it too.
        Sysctl.Write("net/ipv4/vs/expire_nodest_conn", "1");
        Sysctl.Write("net/ipv4/vs/expire_quiescent_template", "1");
        Sysctl.Write("net/ipv4/vs/conn_reuse_mode", Environment.OSVersion.Version >= PortReuseWorks ? "1" : "0");
        if (settings.StrictArp)
        {
            Sysctl.Write("net/ipv4/conf/all/arp_ignore", "1");
            Sysctl.Write("net/ipv4/conf/all/arp_announce", "2");
        }
        if (settings.TcpTimeout + settings.TcpFinTimeout + settings.UdpTimeout > TimeSpan.Zero)
            table.Timeouts = new ConnectionTimeouts(settings.TcpTimeout, settings.TcpFinTimeout, settings.UdpTimeout);
    }

    /// <summary>Lets what comes from 127.0.0.0/8 leave the node, for node ports that are asked there.</summary>
    public static void OpenLoopback() => Sysctl.Write(RouteLocalnet, "1");

    public static void CloseLoopback() => Sysctl.Write(RouteLocalnet, "0");
}
