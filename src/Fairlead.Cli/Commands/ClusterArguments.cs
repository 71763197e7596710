using System.CommandLine;
using System.Globalization;
using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Commands;

/// <summary>The options of the commands that speak of a cluster.</summary>
public static class ClusterArguments
{
    public static readonly Option<string> Name = new("--name")
    {
        Description = "The cluster's name; several stand side by side.", DefaultValueFactory = _ => ClusterOptions.DefaultName,
    };

    public static readonly Option<string?> DataDir = new("--data-dir") { Description = "Where its data is kept (default /var/lib/fairlead/NAME)." };

    public static readonly Option<int> Nodes = Number("--nodes", "How many nodes.", 1);

    public static readonly Option<AddressRanges> ClusterCidr = Range("--cluster-cidr", "Pod addresses; for both families as 10.244.0.0/16,fd00:10:244::/56.", "10.244.0.0/16");
    public static readonly Option<AddressRanges> ServiceCidr = Range("--service-cidr", "Service addresses; for both families as 10.96.0.0/16,fd00:10:96::/112.", "10.96.0.0/16");
    public static readonly Option<AddressRanges> NodeCidr = Range("--node-cidr", "Node addresses; for both families as 10.89.0.0/24,fd00:10:89::/64.", "10.89.0.0/24");

    public static readonly Option<int> ApiPort = Number("--api-port", "The API server's port.", 6443);

    public static readonly Option<bool> LegacyApis = new("--legacy-apis")
    {
        Description = "Serve old versions too: EndpointSlice, CronJob, PodDisruptionBudget, Ingress and IngressClass as v1beta1, HorizontalPodAutoscaler as v2beta2.",
    };

    public static readonly Option<string?> Node = new("--node") { Description = "Only this node (default all)." };

    /// <summary>The options that say what a new cluster is like.</summary>
    public static IReadOnlyList<Option> Shape => [Nodes, ClusterCidr, ServiceCidr, NodeCidr, ApiPort, LegacyApis];

    /// <summary>What the user chose.</summary>
    /// <exception cref="CommandException">Something of it makes no sense.</exception>
    public static ClusterOptions Read(ParseResult arguments)
    {
        var name = arguments.GetValue(Name)!;
        var options = new ClusterOptions
        {
            Name = name,
            DataFolder = Path.GetFullPath(arguments.GetValue(DataDir) ?? ClusterOptions.DefaultDataFolder(name)),
            Nodes = arguments.GetValue(Nodes),
            ClusterCidr = arguments.GetValue(ClusterCidr)!,
            ServiceCidr = arguments.GetValue(ServiceCidr)!,
            NodeCidr = arguments.GetValue(NodeCidr)!,
            ApiPort = arguments.GetValue(ApiPort),
            LegacyApis = arguments.GetValue(LegacyApis),
        };
        return options.Validate() is { } complaint ? throw new CommandException(complaint) : options;
    }

    /// <summary>The layout of the cluster that the arguments name.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static ClusterLayout Existing(ParseResult arguments) =>
        ClusterState.Require(arguments.GetValue(Name)!, arguments.GetValue(DataDir) is { } folder ? Path.GetFullPath(folder) : null);

    /// <summary>The nodes that the arguments name, of a cluster that runs.</summary>
    /// <exception cref="CommandException">There is no such cluster or node, it does not run, or the user is not root.</exception>
    public static IReadOnlyList<NodeLayout> RunningNodes(ParseResult arguments)
    {
        if (!Environment.IsPrivilegedProcess) throw new CommandException("The nodes' containerd is root's alone: run it with sudo.");
        var layout = Existing(arguments);
        if (!ClusterState.IsRunning(layout)) throw new CommandException($"Cluster \"{layout.Name}\" does not run: start it with ./fairlead up{ClusterState.NameFlag(layout.Name)}.");
        if (arguments.GetValue(Node) is not { } name) return layout.Nodes;
        return [layout.Nodes.FirstOrDefault(n => n.Name == name) ?? throw NoNode(layout, name)];
    }

    internal static CommandException NoNode(ClusterLayout layout, string name) =>
        new($"Cluster \"{layout.Name}\" has no node \"{name}\": it has {string.Join(", ", layout.Nodes.Select(n => n.Name))}.");

    static Option<int> Number(string name, string description, int usual) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
            result.AddError($"{name} {result.Tokens[0].Value} is no number: give one such as {usual}.");
            return default;
        },
    };

    static Option<AddressRanges> Range(string name, string description, string usual) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => AddressRanges.Parse(usual),
        CustomParser = result =>
        {
            if (AddressRanges.TryParse(result.Tokens[0].Value, out var ranges)) return ranges;
            result.AddError($"{name} {result.Tokens[0].Value} is no IPv4 range, nor one with an IPv6 range behind a comma: give one such as {usual}.");
            return AddressRanges.Parse(usual);
        },
    };
}
