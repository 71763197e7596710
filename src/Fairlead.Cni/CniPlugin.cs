using System.Net;
using Fairlead.Linux;

namespace Fairlead.Cni;

/// <summary>The operations of the CNI specification 1.1, each whole and repeatable.</summary>
sealed class CniPlugin(CniArguments arguments, CniConfiguration configuration)
{
    /// <summary>The versions of the specification that this plug-in answers to.</summary>
    public static readonly IReadOnlyList<string> Versions = ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    string Attachment => NameOf(arguments.ContainerId, arguments.InterfaceName);

    /// <summary>Gives the container an address and a link. A repeated ADD for the same container gives the same address.</summary>
    public CniResult Add()
    {
        using var range = Range();
        var known = range.Find(Attachment);
        var address = known ?? range.Take(Attachment);
        try
        {
            var (node, pod, mtu) = PodLink.Create(arguments, Attachment, address, range.Gateway, configuration.Mtu);
            return new CniResult
            {
                CniVersion = configuration.CniVersion,
                Interfaces =
                [
                    new(PodLink.NodeEnd(Attachment), Mac(node), "", mtu),
                    new(arguments.InterfaceName, Mac(pod), arguments.NetworkNamespace, mtu),
                ],
                Ips = [new($"{address}/32", range.Gateway.ToString(), 1, configuration.CniVersion.StartsWith('0') ? "4" : null)],
                Routes = [new("0.0.0.0/0", range.Gateway.ToString())],
                Dns = [],
            };
        }
        catch (LinuxException e)
        {
            range.Release(Attachment);
            throw e.IsNotFound && !File.Exists(arguments.NetworkNamespace)
                ? new CniException(CniException.UnknownContainer, $"there is no network namespace {arguments.NetworkNamespace}")
                : new CniException(CniException.Failed, $"the link of container {arguments.ContainerId} can't be made", e.Message);
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
        if (PodLink.Fault(arguments, Attachment, address) is { } fault)
            throw new CniException(CniException.Failed, fault);
    }

    /// <summary>Gives back what belongs to none of cni.dev/valid-attachments.</summary>
    public void CollectGarbage()
    {
        var valid = (configuration.ValidAttachments ?? []).Select(a => NameOf(a.ContainerId, a.InterfaceName)).ToHashSet();
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
        var size = (1L << (32 - configuration.Range().PrefixLength)) - 3;
        if (range.InUse().Count() >= size) throw new CniException(CniException.NotAvailable, $"no address of {configuration.PodCidr} is free");
    }

    AddressRange Range() => new(configuration.Directory(), configuration.Range());

    static string NameOf(string container, string @interface) => $"{container} {@interface}";

    static string Mac(System.Net.NetworkInformation.PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2")));
}
