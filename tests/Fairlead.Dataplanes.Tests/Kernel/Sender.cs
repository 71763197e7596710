using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>Where a sender is.</summary>
public enum SenderPlace { Pod, Node, Outside }

/// <summary>One who sends through the lab.</summary>
/// <param name="Entry">The number of the node whose data plane sees a Service's packet first.</param>
public sealed record Sender(string Name, SenderPlace Place, int Entry, Probe Probe, LabNode Node)
{
    readonly ConcurrentDictionary<Address, Address> sources = [];

    /// <summary>How long an answer that must come is waited for; nothing is judged fast or slow by it, and a starved machine needs many seconds.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The address that a packet to this destination has as its source.</summary>
    public Address SourceTo(Address destination) => Place switch
    {
        SenderPlace.Pod => LabPlan.Pod(Name[^1] - '0', destination.IsIPv6),
        SenderPlace.Outside => LabPlan.Outside(destination.IsIPv6),
        _ => sources.GetOrAdd(destination, to => Node.Run(() => RoutedSource(to))),
    };

    // The kernel's routing knows: a connected datagram socket that sends nothing. This process is in no node's cgroup.
    static Address RoutedSource(Address to)
    {
        using var socket = new Socket(to.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to.ToIPAddress(), 9);
        return Address.From(((IPEndPoint)socket.LocalEndPoint!).Address);
    }

    public Task<Answer> AskAsync(Address to, TransportProtocol protocol, int port, TimeSpan patience, bool free = false) =>
        Probe.AskAsync(to, protocol, port, patience, free, MarkFor(to));

    public Task<IReadOnlyDictionary<string, int>> CountAsync(int times, Address to, TransportProtocol protocol, int port, TimeSpan patience) =>
        Probe.CountAsync(times, to, protocol, port, patience, MarkFor(to));

    /// <summary>Opens what is kept under a name of the caller's choice; go on with the <see cref="Probe"/>.</summary>
    public Task<Answer> OpenAsync(string name, Address to, TransportProtocol protocol, int port, TimeSpan patience, bool free = false) =>
        Probe.OpenAsync(name, to, protocol, port, patience, free, MarkFor(to));

    // Service addresses alone may be reached through either node.
    int MarkFor(Address to) => Place == SenderPlace.Outside && LabPlan.ServiceRanges.Any(r => r.Contains(to)) ? Entry : 0;

    public override string ToString() => Name;
}
