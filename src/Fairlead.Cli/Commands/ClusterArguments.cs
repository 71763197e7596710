using System.CommandLine;
using System.Net;
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

    public static readonly Option<int> Nodes = new("--nodes") { Description = "How many nodes.", DefaultValueFactory = _ => 1 };

    public static readonly Option<IPNetwork> ClusterCidr = Range("--cluster-cidr", "Pod addresses.", "10.244.0.0/16");
    public static readonly Option<IPNetwork> ServiceCidr = Range("--service-cidr", "Service addresses.", "10.96.0.0/16");
    public static readonly Option<IPNetwork> NodeCidr = Range("--node-cidr", "Node addresses.", "10.89.0.0/24");

    public static readonly Option<int> ApiPort = new("--api-port") { Description = "The API server's port.", DefaultValueFactory = _ => 6443 };

    /// <summary>The options that say what a new cluster is like.</summary>
    public static IReadOnlyList<Option> Shape => [Nodes, ClusterCidr, ServiceCidr, NodeCidr, ApiPort];

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
            ClusterCidr = arguments.GetValue(ClusterCidr),
            ServiceCidr = arguments.GetValue(ServiceCidr),
            NodeCidr = arguments.GetValue(NodeCidr),
            ApiPort = arguments.GetValue(ApiPort),
        };
        return options.Validate() is { } complaint ? throw new CommandException(complaint) : options;
    }

    /// <summary>The layout of the cluster that the arguments name.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static ClusterLayout Existing(ParseResult arguments) =>
        ClusterState.Require(arguments.GetValue(Name)!, arguments.GetValue(DataDir) is { } folder ? Path.GetFullPath(folder) : null);

    static Option<IPNetwork> Range(string name, string description, string usual) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => IPNetwork.Parse(usual),
        CustomParser = result =>
        {
            if (IPNetwork.TryParse(result.Tokens[0].Value, out var range)) return range;
            result.AddError($"{name} {result.Tokens[0].Value} is no range: give one such as {usual}.");
            return default;
        },
    };
}
