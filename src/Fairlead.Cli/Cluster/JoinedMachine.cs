using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Cli.Cluster;

/// <summary>What a machine that joins can say of itself.</summary>
public static class JoinedMachine
{
    /// <summary>The name that a node has who was given none: the host's in lower case.</summary>
    public static string HostName => Environment.MachineName.ToLowerInvariant();

    /// <summary>The address from which this machine speaks to the server.</summary>
    /// <exception cref="CommandException">It has no way there.</exception>
    public static async Task<IPAddress> AddressTowardsAsync(Uri server, CancellationToken cancellation)
    {
        try
        {
            var target = (await System.Net.Dns.GetHostAddressesAsync(server.DnsSafeHost, cancellation).ConfigureAwait(false))[0];
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(target, server.Port));
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException e) { throw new CommandException($"This machine has no way to {server.Authority}: {e.Message.TrimEnd('.')}. Give --node-ip if the address is known."); }
    }

    /// <summary>The link that has the address.</summary>
    /// <exception cref="CommandException">None has it.</exception>
    public static string LinkOf(IPAddress address) =>
        NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(address)))?.Name
        ?? throw new CommandException($"No link of this machine has the address {address}: give --node-ip one that it has.");

    /// <summary>Lets the machine forward, without which what comes to its node ports for Pods of other nodes would end here.</summary>
    public static void PassOnPackets(IEnumerable<IPNetwork> podRanges)
    {
        foreach (var family in podRanges.Select(r => r.BaseAddress.AddressFamily).Distinct())
            Sysctl.Write(family == AddressFamily.InterNetworkV6 ? "net/ipv6/conf/all/forwarding" : "net/ipv4/ip_forward", "1");
    }
}
