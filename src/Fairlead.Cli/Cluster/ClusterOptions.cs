using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Cli.Cluster;

/// <summary>What the user chose for a local cluster. Everything else follows from it: see <see cref="ClusterLayout"/>.</summary>
public sealed record ClusterOptions
{
    public const string DefaultName = "fairlead";

    /// <summary>Names of links are this long at most, and a node's carries a suffix: see <see cref="Validate"/>.</summary>
    public const int LongestName = 11;

    /// <summary>As many as the node range and the names of links have room for.</summary>
    public const int MostNodes = 100;

    public string Name { get; init; } = DefaultName;
    public int Nodes { get; init; } = 1;

    /// <summary>Where the cluster's data is kept.</summary>
    public string DataFolder { get; init; } = DefaultDataFolder(DefaultName);

    /// <summary>Pod addresses; node N gets the N-th /24, and of IPv6 the N-th /64.</summary>
    public AddressRanges ClusterCidr { get; init; } = AddressRanges.Parse("10.244.0.0/16");

    /// <summary>ClusterIPs.</summary>
    public AddressRanges ServiceCidr { get; init; } = AddressRanges.Parse("10.96.0.0/16");

    /// <summary>Node addresses; the first is the host's own.</summary>
    public AddressRanges NodeCidr { get; init; } = AddressRanges.Parse("10.89.0.0/24");

    public int ApiPort { get; init; } = 6443;

    /// <summary>Whether old versions of kinds are served, which upstream has removed.</summary>
    public bool LegacyApis { get; init; }

    public static string DefaultDataFolder(string name) => "/var/lib/fairlead/" + name;

    /// <returns>A sentence about what is wrong, or null.</returns>
    public string? Validate()
    {
        if (Name.Length is 0 or > LongestName || !char.IsAsciiLetterLower(Name[0]) || !Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            return $"\"{Name}\" can't name a cluster: use 1 to {LongestName} lower-case letters, digits and '-', beginning with a letter.";
        }
        if (Nodes is < 1 or > MostNodes) return $"A local cluster has 1 to {MostNodes} nodes, not {Nodes}.";
        if (ApiPort is < 1 or > 65535) return $"{ApiPort} is no port: give --api-port a number from 1 to 65535.";
        foreach (var (flag, ranges, longest, longest6) in (ReadOnlySpan<(string, AddressRanges, int, int)>)
            [("--cluster-cidr", ClusterCidr, 23, 56), ("--service-cidr", ServiceCidr, 28, 112), ("--node-cidr", NodeCidr, 28, 112)])
        {
            if (ranges.IPv4.PrefixLength > longest) return $"{flag} {ranges.IPv4} is too small: give a /{longest} or larger.";
            if (ranges.IPv6?.PrefixLength > longest6) return $"{flag} {ranges.IPv6} is too small: give a /{longest6} or larger.";
        }
        var dual = new[] { ClusterCidr, ServiceCidr, NodeCidr }.Count(r => r.IPv6 is not null);
        if (dual is not (0 or 3)) return "A cluster of both families has them everywhere: give --cluster-cidr, --service-cidr and --node-cidr an IPv6 range each, or none.";
        var room = (1 << (24 - Math.Min(24, ClusterCidr.IPv4.PrefixLength))) - 1;
        if (Nodes > room) return $"--cluster-cidr {ClusterCidr.IPv4} has room for {room} nodes, not {Nodes}: give a larger range.";
        if (Nodes + 12 > 1 << (32 - NodeCidr.IPv4.PrefixLength)) return $"--node-cidr {NodeCidr.IPv4} has no room for {Nodes} nodes: give a larger range.";
        return Overlap();
    }

    /// <summary>Whether Pods, Services and nodes have IPv6 addresses too.</summary>
    public bool IsDualStack() => ClusterCidr.IPv6 is not null;

    /// <summary>Every range with the flag that it is given by.</summary>
    public IEnumerable<(string Flag, IPNetwork Range)> Ranges() =>
        new[] { ("--cluster-cidr", ClusterCidr), ("--service-cidr", ServiceCidr), ("--node-cidr", NodeCidr) }
            .SelectMany(r => r.Item2.All.Select(range => (r.Item1, range)));

    string? Overlap()
    {
        var all = Ranges().ToList();
        foreach (var a in all)
        {
            foreach (var b in all)
            {
                if (a.Flag != b.Flag && (a.Range.Contains(b.Range.BaseAddress) || b.Range.Contains(a.Range.BaseAddress)))
                {
                    return $"{a.Flag} {a.Range} and {b.Flag} {b.Range} overlap: give ranges apart from each other.";
                }
            }
        }
        return null;
    }
}

/// <summary>The form in which options are kept in cluster.json.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(RangesConverter)])]
[JsonSerializable(typeof(ClusterOptions))]
[JsonSerializable(typeof(Linux.Processes.ProcessIdentity))]
sealed partial class ClusterJson : JsonSerializerContext;

/// <summary>Ranges as "10.89.0.0/24" or "10.89.0.0/24,fd00:10:89::/64".</summary>
sealed class RangesConverter : JsonConverter<AddressRanges>
{
    public override AddressRanges Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        AddressRanges.TryParse(reader.GetString() ?? "", out var ranges) ? ranges : throw new JsonException("no address ranges");

    public override void Write(Utf8JsonWriter writer, AddressRanges value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
