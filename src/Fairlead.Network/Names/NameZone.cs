using System.Collections.Immutable;
using System.Text;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Names;

/// <summary>
/// The cluster's domain and the shapes of the names in it (Kubernetes DNS specification 1.1.0). Names are lower case and
/// without the last dot.
/// </summary>
/// <param name="Name">Such as cluster.local.</param>
/// <param name="Servers">The addresses that the cluster's DNS is reached by, for the zone's own NS record.</param>
public sealed record NameZone(string Name, ImmutableArray<Address> Servers)
{
    /// <summary>The version of the specification that the records follow.</summary>
    public const string SchemaVersion = "1.1.0";

    internal string Services { get; } = "svc." + Name;
    internal string Pods { get; } = "pod." + Name;

    /// <summary>The name in the NS and SOA records.</summary>
    public string Server { get; } = "ns.dns." + Name;

    /// <summary>The mailbox in the SOA record.</summary>
    public string Mailbox { get; } = "hostmaster." + Name;

    /// <summary>Whether the name is the zone's or below it.</summary>
    public bool Contains(ReadOnlySpan<char> name) =>
        name.EndsWith(Name, StringComparison.Ordinal) && (name.Length == Name.Length || name[^(Name.Length + 1)] == '.');

    public string NamespaceOfServices(string ns) => $"{ns}.{Services}";
    public string NamespaceOfPods(string ns) => $"{ns}.{Pods}";
    public string Service(ServiceKey key) => $"{key.Name}.{key.Namespace}.{Services}";

    /// <summary>The label that stands for an address where there is no host name: its text with dashes.</summary>
    public static string Dashed(Address address) => address.ToString().Replace('.', '-').Replace(':', '-');

    /// <summary>Reads a label made by <see cref="Dashed"/>.</summary>
    public static bool TryParseDashed(ReadOnlySpan<char> label, out Address address)
    {
        address = default;
        if (label.Length > 45) return false;
        var text = label.ToString();
        return text.AsSpan().Count('-') == 3 && Address.TryParse(text.Replace('-', '.'), out address) && !address.IsIPv6 && Dashed(address) == text
            || Address.TryParse(text.Replace('-', ':'), out address) && address.IsIPv6;
    }

    /// <summary>The name in in-addr.arpa or ip6.arpa that an address's PTR records have (RFC 1035 §3.5, RFC 3596 §2.5).</summary>
    public static string Reverse(Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        var name = new StringBuilder(72);
        for (var i = address.Length - 1; i >= 0; i--)
        {
            if (address.IsIPv6) name.Append("0123456789abcdef"[bytes[i] & 15]).Append('.').Append("0123456789abcdef"[bytes[i] >> 4]).Append('.');
            else name.Append(bytes[i]).Append('.');
        }
        return name.Append(address.IsIPv6 ? "ip6.arpa" : "in-addr.arpa").ToString();
    }
}
