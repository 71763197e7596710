using System.Net;
using Fairlead.Linux;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cni;

/// <summary>The operations of the CNI specification 1.1, each whole and repeatable.</summary>
sealed class CniPlugin(CniArguments arguments, CniConfiguration configuration)
{
    /// <summary>The versions of the specification that this plug-in answers to.</summary>
    public static readonly IReadOnlyList<string> Versions = ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    string Attachment => NameOf(arguments.ContainerId, arguments.InterfaceName);

    /// <summary>
    /// Gives the container an address and a link, and lets the node forward. A repeated ADD for the same container gives
    /// the same result and leaves the link as it is.
    /// </summary>
    /// <exception cref="CniException">Nothing was kept: neither address nor link.</exception>
    public CniResult Add()
    {
        if (configuration.Mtu < 0) throw new CniException(CniException.InvalidConfiguration, $"mtu must be 0 or more; it is {configuration.Mtu}");
        var (addresses, node, pod) = Connect();
        // Not in the turn of this plug-in: others need not wait for this link.
        PodLink.WaitForCarrier(arguments, node, pod);
        return Result(addresses, node, pod);
    }

    (IReadOnlyList<PodAddress> Addresses, Link Node, Link Pod) Connect()
    {
        // A wrong range is refused before an address is taken.
        var range6 = configuration.Range6();
        using var range = Range();
        var address = range.Find(Attachment) ?? range.Take(Attachment);
        var done = false;
        try
        {
            Sysctl.Write("net/ipv4/ip_forward", "1");
            if (range6 is not null) Sysctl.Write("net/ipv6/conf/all/forwarding", "1");
            var addresses = Addresses(new(address, range.Gateway));
            var (node, pod) = PodLink.Create(arguments, Attachment, addresses, configuration.Mtu);
            done = true;
            return (addresses, node, pod);
        }
        catch (LinuxException e)
        {
            throw e.IsNotFound && !File.Exists(arguments.NetworkNamespace)
                ? MissingNamespace()
                : new CniException(CniException.Failed, $"the link of container {arguments.ContainerId} can't be made", e.Message);
        }
        finally
        {
            if (!done) range.Release(Attachment);
        }
    }

    /// <summary>Takes both back; what is gone already is fine, and so is a namespace that no longer exists.</summary>
    public void Delete()
    {
        PodLink.Remove(Attachment);
        using var range = Range();
        range.Release(Attachment);
    }

    /// <exception cref="CniException">Something is not as ADD left it.</exception>
    public void Check()
    {
        IPAddress address;
        using (var range = Range())
        {
            address = range.Find(Attachment)
                ?? throw new CniException(CniException.UnknownContainer, $"container {arguments.ContainerId} has no address here");
        }
        if (configuration.PrevResult?.Ips is { } expected && !expected.Any(ip => ip.Address.Split('/')[0] == address.ToString()))
            throw new CniException(CniException.Failed, $"container {arguments.ContainerId} has {address}, not the address of prevResult");
        if (!File.Exists(arguments.NetworkNamespace)) throw MissingNamespace();
        if (PodLink.Fault(arguments, Attachment, Addresses(new(address, IPAddress.Any))) is { } fault)
            throw new CniException(CniException.Failed, $"container {arguments.ContainerId}: {fault}");
    }

    /// <summary>Gives back what belongs to none of cni.dev/valid-attachments.</summary>
    public void CollectGarbage()
    {
        var valid = configuration.StillValid().Select(a => NameOf(a.ContainerId, a.InterfaceName)).ToHashSet();
        var links = valid.Select(PodLink.NodeEnd).ToHashSet();
        using var range = Range();
        // Only links that an address here stands for: another range's links are not ours to remove.
        foreach (var (_, owner) in range.InUse().ToList())
        {
            if (!valid.Contains(owner) && !links.Contains(PodLink.NodeEnd(owner))) PodLink.Remove(owner);
        }
        range.ReleaseWhere(owner => !valid.Contains(owner));
    }

    /// <exception cref="CniException">ADD would fail now.</exception>
    public void Status()
    {
        using var range = Range();
        if (range.IsFull) throw new CniException(CniException.NotAvailable, $"no address of {configuration.PodCidr} is free");
    }

    /// <summary>The address and, where Pods have both families, the IPv6 address that goes with it.</summary>
    IReadOnlyList<PodAddress> Addresses(PodAddress address) =>
        configuration.Range6() is { } range6 ? [address, PodAddress.Paired(address.Address, configuration.Range(), range6)] : [address];

    AddressRange Range() => new(configuration.Directory(), configuration.Range());

    static string NameOf(string container, string @interface) => $"{container} {@interface}";

    CniException MissingNamespace() =>
        new(CniException.UnknownContainer, $"there is no network namespace {arguments.NetworkNamespace}");

    CniResult Result(IReadOnlyList<PodAddress> addresses, Link node, Link pod)
    {
        // The field mtu came with 1.1.0; the version of an address went with 1.0.0.
        var mtu = configuration.CniVersion == "1.1.0" ? node.Mtu : (int?)null;
        return new CniResult
        {
            CniVersion = configuration.CniVersion,
            Interfaces = [new(node.Name, Mac(node), "", mtu), new(arguments.InterfaceName, Mac(pod), arguments.NetworkNamespace, mtu)],
            Ips = [.. addresses.Select(a => new CniAddress(a.Alone.ToString(), a.Gateway.ToString(), 1, Version(a)))],
            Routes = [.. addresses.Select(a => new CniRoute(a.Everywhere.ToString(), a.Gateway.ToString()))],
            Dns = [],
        };
    }

    string? Version(PodAddress address) => configuration.CniVersion.StartsWith('0') ? address.Prefix == 128 ? "6" : "4" : null;

    static string Mac(Link link) => string.Join(':', link.Mac.GetAddressBytes().Select(b => b.ToString("x2")));
}
