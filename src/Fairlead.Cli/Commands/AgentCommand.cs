using System.CommandLine;
using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Dataplanes;
using Fairlead.Dns;
using Fairlead.Dns.Cluster;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Node;
using Fairlead.PodNetwork;
using Fairlead.PodNetwork.Announcements;

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
        using var transport = credentials.Connect(certificate, "kubelet");
        var client = new KubeClient(transport);
        var informers = new InformerSet(client);
        var feed = Feed(informers, node.Name);
        await new NodeImages(node, ComponentLog.Lines(logs, "images")).EnsureAsync(cancellation).ConfigureAwait(false);
        using var routes = new NodeRoutes(new()
        {
            NodeName = node.Name, CniConfigurationDirectory = node.CniConfFolder, CniDataDirectory = node.AddressFolder,
        }, informers.Of<Fairlead.Api.Core.V1.Node>(), ComponentLog.Lines(logs, "routes"));
        var kubelet = new Kubelet(new()
        {
            NodeName = node.Name,
            NodeIps = node.Addresses,
            ContainerRuntimeEndpoint = node.ContainerdSocket,
            RootDirectory = node.KubeletFolder,
            PodLogsDirectory = node.PodLogFolder,
            CgroupRoot = "/" + node.Cgroup,
            ClusterDns = node.Cluster.DnsAddress,
            ResolvConf = ResolvConf.Path,
            PodCidrs = [.. node.PodCidrs.Select(range => range.ToString())],
            ServingCertificate = certificate,
            ClientAuthority = credentials.Authority,
        }, client, informers.Of<Service>(), TimeProvider.System, ComponentLog.Lines(logs, "kubelet"));
        var services = new ServiceDataplane(
            new(node.Name, [.. node.Cluster.Options.ClusterCidr.All.Select(range => AddressRange.Parse(range.ToString()))]) { Cgroup = node.Cgroup, Log = ComponentLog.Lines(logs, "services") }, feed, client);
        var dns = new IPEndPoint(node.Address, 53);
        var names = DnsServer.RunAsync(
            new() { Listen = [dns], ResolvConf = ResolvConf.Path, Log = ComponentLog.Lines(logs, "dns") }, feed, informers.Synced, client, cancellation);
        var nameEndpoint = NodeEndpoint.KeepAsync(node.Name, dns, client, ComponentLog.Lines(logs, "dns"), cancellation);
        var events = new EventRecorder(client, TimeProvider.System);
        using var announcer = new AddressAnnouncer(new() { NodeName = node.Name, Link = NodeLayout.Link }, feed, events, TimeProvider.System, ComponentLog.Lines(logs, "announcer"));
        // A component that ends takes the process with it: the supervisor starts a whole one.
        await await Task.WhenAny(
            informers.RunAsync(cancellation), routes.RunAsync(cancellation), kubelet.RunAsync(cancellation),
            services.RunAsync(informers.Synced, cancellation), names, nameEndpoint,
            announcer.RunAsync(informers.Synced, cancellation), events.RunAsync(cancellation), MemoryReturn.RunAsync(cancellation)).ConfigureAwait(false);
    }

    /// <summary>One copy of what Services are resolved from, for the data plane and for DNS.</summary>
    static ClusterFeed Feed(InformerSet informers, string node)
    {
        var feed = new ClusterFeed();
        informers.Of<EndpointSlice>().Keep(new SliceReduction(node).Of);
        informers.Of<Service>().OnChange(feed.Changed);
        informers.Of<EndpointSlice>().OnChange(feed.Changed);
        informers.Of<Fairlead.Api.Core.V1.Node>().OnChange(feed.Changed);
        return feed;
    }
}
