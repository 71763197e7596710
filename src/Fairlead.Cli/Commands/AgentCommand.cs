using System.CommandLine;
using System.Net;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Dataplanes;
using Fairlead.Dns;
using Fairlead.Dns.Cluster;
using Fairlead.Network.Addresses;
using Fairlead.Node;
using Fairlead.PodNetwork;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead agent`: all that runs on a node, inside the node's namespaces.</summary>
public static class AgentCommand
{
    static readonly Option<string> NodeName = new("--node") { Description = "The node's name.", Required = true };

    public static Command Create()
    {
        var command = new Command("agent", "Run a node's components.") { ClusterArguments.Name, ClusterArguments.DataDir, NodeName };
        command.SetAction(async (arguments, cancellation) =>
        {
            var layout = ClusterArguments.Existing(arguments);
            var name = arguments.GetValue(NodeName);
            var node = layout.Nodes.FirstOrDefault(n => n.Name == name)
                ?? throw new CommandException($"Cluster \"{layout.Name}\" has no node \"{name}\": it has {string.Join(", ", layout.Nodes.Select(n => n.Name))}.");
            try
            {
                await RunAsync(node, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Asked to end.
            }
            return 0;
        });
        return command;
    }

    static async Task RunAsync(NodeLayout node, CancellationToken cancellation)
    {
        using var logs = ComponentLog.Create();
        using var credentials = new ClusterCredentials(node.Cluster);
        using var certificate = credentials.Node(node);
        using var transport = credentials.Connect(certificate);
        var client = new KubeClient(transport);
        await new NodeImages(node, ComponentLog.Lines(logs, "images")).EnsureAsync(cancellation).ConfigureAwait(false);
        using var routes = new NodeRoutes(new()
        {
            NodeName = node.Name, CniConfigurationDirectory = node.CniConfFolder, CniDataDirectory = node.AddressFolder,
        }, client, ComponentLog.Lines(logs, "routes"));
        var kubelet = new Kubelet(new()
        {
            NodeName = node.Name,
            NodeIp = node.Address,
            ContainerRuntimeEndpoint = node.ContainerdSocket,
            RootDirectory = node.KubeletFolder,
            PodLogsDirectory = node.PodLogFolder,
            CgroupRoot = "/" + node.Cgroup,
            ClusterDns = node.Cluster.DnsAddress,
            ResolvConf = ResolvConf.Path,
            PodCidr = node.PodCidr.ToString(),
            ServingCertificate = certificate,
            ClientAuthority = credentials.Authority,
        }, client, TimeProvider.System, ComponentLog.Lines(logs, "kubelet"));
        var services = ServiceDataplane.RunAsync(
            new(node.Name, [AddressRange.Parse(node.Cluster.Options.ClusterCidr.ToString())]) { Log = ComponentLog.Lines(logs, "services") }, client, cancellation);
        var dns = new IPEndPoint(node.Address, 53);
        var names = DnsServer.RunAsync(
            new() { Listen = [dns], ResolvConf = ResolvConf.Path, Log = ComponentLog.Lines(logs, "dns") }, client, cancellation);
        var nameEndpoint = NodeEndpoint.KeepAsync(node.Name, dns, client, ComponentLog.Lines(logs, "dns"), cancellation);
        // A component that ends takes the process with it: the supervisor starts a whole one.
        await await Task.WhenAny(routes.RunAsync(cancellation), kubelet.RunAsync(cancellation), services, names, nameEndpoint).ConfigureAwait(false);
    }
}
