using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Cni;

/// <summary>The network configuration that a runtime writes to standard input (CNI spec 1.1 §"Plugin configuration").</summary>
/// <remarks>The properties have setters: generated code would overwrite the defaults of init-only ones that the text does not name.</remarks>
sealed record CniConfiguration
{
    public string CniVersion { get; set; } = "";
    public string Name { get; set; } = "";
    public string Type { get; set; } = "";

    /// <summary>The node's range of Pod addresses, such as 10.244.1.0/24; its first address is the gateway.</summary>
    public string? PodCidr { get; set; }

    /// <summary>
    /// The node's IPv6 range, such as fd00:10:244:1::/64, where Pods have both families: a Pod's IPv6 address has the number
    /// within it that its IPv4 address has within <see cref="PodCidr"/>. Null for IPv4 alone.
    /// </summary>
    [JsonPropertyName("podCidr6")]
    public string? PodCidr6 { get; set; }

    /// <summary>Where the addresses in use are kept, one file each.</summary>
    public string? DataDir { get; set; }

    /// <summary>Bytes of the largest packet on a Pod's interface; 0 for the kernel's default.</summary>
    public int Mtu { get; set; }

    /// <summary>The result of an earlier ADD; given to CHECK and DEL.</summary>
    public CniResult? PrevResult { get; set; }

    /// <summary>Given to GC: what is still in use. Null says nothing is; a text without the field is told from that.</summary>
    [JsonPropertyName("cni.dev/valid-attachments")]
    public IReadOnlyList<CniAttachment>? ValidAttachments { get; set; } = NotGiven;

    static readonly IReadOnlyList<CniAttachment> NotGiven = new CniAttachment[1];

    /// <exception cref="CniException">The text is not a configuration for this plug-in.</exception>
    public static CniConfiguration Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CniJson.Default.CniConfiguration)
                ?? throw new CniException(CniException.Decoding, "the network configuration is null");
        }
        catch (JsonException e)
        {
            throw new CniException(CniException.Decoding, "the network configuration on standard input is not valid", e.Message);
        }
    }

    /// <exception cref="CniException">podCidr or dataDir is missing or wrong.</exception>
    public IPNetwork Range() =>
        IPNetwork.TryParse(PodCidr, out var range) && range.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && range.PrefixLength <= 30
            ? range
            : throw new CniException(CniException.InvalidConfiguration,
                $"podCidr must be an IPv4 range of at most /30, such as 10.244.1.0/24; it is \"{PodCidr}\"");

    /// <exception cref="CniException">podCidr6 is wrong.</exception>
    public IPNetwork? Range6() => PodCidr6 switch
    {
        null or "" => null,
        _ when IPNetwork.TryParse(PodCidr6, out var range) && range.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && range.PrefixLength <= 112 => range,
        _ => throw new CniException(CniException.InvalidConfiguration, $"podCidr6 must be an IPv6 range of at most /112, such as fd00:10:244:1::/64; it is \"{PodCidr6}\""),
    };

    /// <exception cref="CniException">The field is missing: taking that for "nothing" would cut every Pod off.</exception>
    public IReadOnlyList<CniAttachment> StillValid() => ReferenceEquals(ValidAttachments, NotGiven)
        ? throw new CniException(CniException.InvalidConfiguration, "cni.dev/valid-attachments is missing: GC can't tell what is still in use")
        : ValidAttachments ?? [];

    /// <exception cref="CniException">dataDir is missing.</exception>
    public string Directory() => DataDir is { Length: > 0 } ? DataDir
        : throw new CniException(CniException.InvalidConfiguration, "dataDir is missing: it says where the addresses in use are kept");
}

/// <summary>One attachment that is still in use.</summary>
sealed record CniAttachment(
    [property: JsonPropertyName("containerID")] string ContainerId,
    [property: JsonPropertyName("ifname")] string InterfaceName);
