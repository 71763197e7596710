using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// The lab's addresses, IPv4 and IPv6:
/// <code>
/// world    192.0.2.254                   and every Service address that no node takes for itself
///   │ fabric
///   ├── n1  192.0.2.1, 192.0.2.101       10.244.1.1 ── pods 1, 2: 10.244.1.11, 10.244.1.12
///   ├── n2  192.0.2.2                    10.244.2.1 ── pods 3, 4: 10.244.2.13, 10.244.2.14
///   └── outside  198.51.100.9            reaches a Service's address through the node of its choice
/// </code>
/// </summary>
public static class LabPlan
{
    public const int Pods = 4;

    /// <summary>What every Pod answers on.</summary>
    public static readonly ImmutableArray<int> PodPorts = [8080, 8081];

    /// <summary>What the world answers on, under the Service addresses of <see cref="Virtual"/>.</summary>
    public static readonly ImmutableArray<int> ServicePorts = [80, 81];

    public static readonly ImmutableArray<AddressRange> PodRanges = [AddressRange.Parse("10.244.0.0/16"), AddressRange.Parse("fd00:10:244::/56")];

    /// <summary>Where ClusterIPs, external and load balancer addresses come from.</summary>
    public static readonly ImmutableArray<AddressRange> ServiceRanges =
        [.. ((string[])["10.96.0.0/16", "203.0.113.0/24", "fd00:96::/112", "2001:db8:113::/64"]).Select(AddressRange.Parse)];

    /// <summary>The Service addresses that the world answers for when a packet comes through to it.</summary>
    public static readonly ImmutableArray<Address> Virtual =
        [.. Enumerable.Range(1, 9).SelectMany(n => new[] { ClusterIP(n, false), ClusterIP(n, true), External(n, false), External(n, true) })];

    public static int NodeOf(int pod) => pod <= 2 ? 1 : 2;

    public static Address Pod(int n, bool ipv6) => Address.Parse(ipv6 ? $"fd00:10:244:{NodeOf(n)}::1{n}" : $"10.244.{NodeOf(n)}.1{n}");

    /// <summary>The Pod of an address, or 0.</summary>
    public static int PodOf(Address address) => Enumerable.Range(1, Pods).FirstOrDefault(n => Pod(n, address.IsIPv6) == address);

    /// <summary>The node's end of its Pods' links.</summary>
    public static Address Gateway(int node, bool ipv6) => Address.Parse(ipv6 ? $"fd00:10:244:{node}::1" : $"10.244.{node}.1");

    /// <summary>The address in the Node's status.</summary>
    public static Address Node(int node, bool ipv6) => Address.Parse(ipv6 ? $"2001:db8::{node}" : $"192.0.2.{node}");

    /// <summary>Another address of n1's uplink, which no Node status mentions.</summary>
    public static Address Third(bool ipv6) => Node(101, ipv6);

    public static Address World(bool ipv6) => Address.Parse(ipv6 ? "2001:db8::fe" : "192.0.2.254");

    public static Address Outside(bool ipv6) => Address.Parse(ipv6 ? "2001:db8:51::9" : "198.51.100.9");

    public static Address ClusterIP(int n, bool ipv6) => Address.Parse(ipv6 ? $"fd00:96::{n}" : $"10.96.0.{n}");

    public static Address External(int n, bool ipv6) => Address.Parse(ipv6 ? $"2001:db8:113::{n}" : $"203.0.113.{n}");
}
