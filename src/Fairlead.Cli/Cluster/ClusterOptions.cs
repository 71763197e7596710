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

    /// <summary>Pod addresses; node N gets the N-th /24.</summary>
    public IPNetwork ClusterCidr { get; init; } = IPNetwork.Parse("10.244.0.0/16");

    /// <summary>ClusterIPs.</summary>
    public IPNetwork ServiceCidr { get; init; } = IPNetwork.Parse("10.96.0.0/16");

    /// <summary>Node addresses; the first is the host's own.</summary>
    public IPNetwork NodeCidr { get; init; } = IPNetwork.Parse("10.89.0.0/24");

    public int ApiPort { get; init; } = 6443;

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
        foreach (var (flag, range, longest) in (ReadOnlySpan<(string, IPNetwork, int)>)
            [("--cluster-cidr", ClusterCidr, 23), ("--service-cidr", ServiceCidr, 28), ("--node-cidr", NodeCidr, 28)])
        {
            if (range.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork) return $"{flag} {range} is not IPv4: give a range such as 10.89.0.0/24.";
            if (range.PrefixLength > longest) return $"{flag} {range} is too small: give a /{longest} or larger.";
        }
        var room = (1 << (24 - Math.Min(24, ClusterCidr.PrefixLength))) - 1;
        if (Nodes > room) return $"--cluster-cidr {ClusterCidr} has room for {room} nodes, not {Nodes}: give a larger range.";
        if (Nodes + 12 > 1 << (32 - NodeCidr.PrefixLength)) return $"--node-cidr {NodeCidr} has no room for {Nodes} nodes: give a larger range.";
        return Overlap();
    }

    string? Overlap()
    {
        (string Flag, IPNetwork Range)[] all = [("--cluster-cidr", ClusterCidr), ("--service-cidr", ServiceCidr), ("--node-cidr", NodeCidr)];
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
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(NetworkConverter)])]
[JsonSerializable(typeof(ClusterOptions))]
[JsonSerializable(typeof(Linux.Processes.ProcessIdentity))]
sealed partial class ClusterJson : JsonSerializerContext;

/// <summary>A range as "10.89.0.0/24".</summary>
sealed class NetworkConverter : JsonConverter<IPNetwork>
{
    public override IPNetwork Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => IPNetwork.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
