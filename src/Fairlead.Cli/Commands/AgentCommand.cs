using System.CommandLine;
using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Client.Https;
using Fairlead.Dataplanes;
using Fairlead.Dns;
using Fairlead.Dns.Cluster;
using Fairlead.Linux.Processes;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Node;
using Fairlead.Node.Joining;
using Fairlead.PodNetwork;
using Fairlead.PodNetwork.Announcements;
using Microsoft.Extensions.Logging;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead agent`: all that runs on a node, inside the node's namespaces. A node of a local cluster, or a machine that joins one.</summary>
public static class AgentCommand
{
    static readonly Option<string?> NodeName = new("--node") { Description = "The node's name (with --join, the host's by default)." };

    public static Command Create()
    {
        var command = new Command("agent", "Run a node's components, here or, with --join, on another machine than the server's.") { ClusterArguments.Name, ClusterArguments.DataDir, NodeName };
        foreach (var option in JoinArguments.All) command.Add(option);
        command.SetAction(async (arguments, cancellation) =>
        {
            try
            {
                if (arguments.GetValue(JoinArguments.Join) is { } server) await JoinAsync(arguments, server, cancellation).ConfigureAwait(false);
                else await RunLocalAsync(arguments, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Asked to end.
            }
            catch (JoinException e) { throw new CommandException(e.Message); }
            return 0;
        });
        return command;
    }

    static async Task RunLocalAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var layout = ClusterArguments.Existing(arguments);
        var name = arguments.GetValue(NodeName) ?? throw new CommandException($"Which node? Give --node one of {string.Join(", ", layout.Nodes.Select(n => n.Name))}, or --join to run the agent of a machine that joins.");
        var node = layout.Nodes.FirstOrDefault(n => n.Name == name) ?? throw ClusterArguments.NoNode(layout, name);
        using var logs = ComponentLog.Create();
        using var credentials = new ClusterCredentials(node.Cluster);
        using var certificate = credentials.Node(node);
        using var transport = credentials.Connect(certificate, "kubelet");
        await RunAsync(AgentSetup.Of(node, certificate, credentials.Authority), transport, logs, [], cancellation).ConfigureAwait(false);
    }

    /// <summary>Joins if that has not been done, and goes on as the node.</summary>
    static async Task JoinAsync(ParseResult arguments, string server, CancellationToken cancellation)
    {
        var name = arguments.GetValue(NodeName) ?? JoinedMachine.HostName;
        var folder = JoinArguments.Folder(arguments);
        using var logs = ComponentLog.Create();
        var log = ComponentLog.Lines(logs, "join");
        using var credentials = NodeCredentials.Open(Path.Combine(folder, "pki"), name, TimeProvider.System)
            ?? await NodeCredentials.JoinAsync(Path.Combine(folder, "pki"), name, server, JoinArguments.TokenText(arguments), JoinArguments.Hashes(arguments), null, TimeProvider.System, log, cancellation).ConfigureAwait(false);
        var client = new KubeClient(credentials.Transport);
        var address = arguments.GetValue(JoinArguments.NodeIp) ?? await JoinedMachine.AddressTowardsAsync(credentials.Cluster.Server, cancellation).ConfigureAwait(false);
        var dns = await client.FindAsync<Service>("kube-system", "kube-dns", cancellation).ConfigureAwait(false);
        var serving = NodeServingCertificate.Open(Path.Combine(folder, "pki"), name, [address], TimeProvider.System);
        var setup = JoinArguments.Setup(arguments, folder, name, address, () => serving.Current, credentials.Cluster.Authority) with
        {
            ClusterDns = IPAddress.TryParse(dns?.Spec?.ClusterIP, out var ip) ? ip : null,
        };
        if (setup.Cgroup.Length > 0) new Cgroups().Make(setup.Cgroup);
        JoinedMachine.PassOnPackets(setup.ClusterCidrs);
        await RunAsync(setup, credentials.Transport, logs, [credentials.RotateAsync(null, log, cancellation), serving.RotateAsync(client, null, log, cancellation)], cancellation).ConfigureAwait(false);
    }

    /// <remarks><code>
    /// system:node:NAME ──▶ kubelet, endpoint of kube-dns          ┐
    /// kube-proxy ──▶ Nodes, Services, EndpointSlices, data plane  ├──▶ API
    /// coredns ──▶ namespaces                                      ┘
    /// </code></remarks>
    /// <param name="transport">The API as the node.</param>
    /// <param name="more">What else must go on for as long as the agent does.</param>
    static async Task RunAsync(AgentSetup setup, HttpsTransport transport, ILoggerFactory logs, IReadOnlyList<Task> more, CancellationToken cancellation)
    {
        var client = new KubeClient(transport);
        using var proxyConnection = transport.Without("kube-proxy");
        using var proxyTransport = new NodeBoundTransport(client, setup.NodeName, "kube-proxy", proxyConnection, TimeProvider.System);
        using var dnsConnection = transport.Without("coredns");
        using var dnsTransport = new NodeBoundTransport(client, setup.NodeName, "coredns", dnsConnection, TimeProvider.System);
        var proxy = new KubeClient(proxyTransport);
        var informers = new InformerSet(proxy, ComponentLog.Lines(logs, "informers"));
        var feed = Feed(informers, setup.NodeName);
        await new NodeImages(setup.NodeName, setup.RuntimeSocket, setup.RunFolder, ComponentLog.Lines(logs, "images")).EnsureAsync(cancellation).ConfigureAwait(false);
        using var routes = new NodeRoutes(new()
        {
            NodeName = setup.NodeName, CniConfigurationDirectory = setup.CniConfFolder, CniDataDirectory = setup.AddressFolder,
        }, informers.Of<Fairlead.Api.Core.V1.Node>(), ComponentLog.Lines(logs, "routes"));
        var kubelet = new Kubelet(new()
        {
            NodeName = setup.NodeName,
            NodeIps = setup.Addresses,
            ContainerRuntimeEndpoint = setup.RuntimeSocket,
            RootDirectory = setup.KubeletFolder,
            PodLogsDirectory = setup.PodLogFolder,
            CgroupRoot = "/" + setup.Cgroup,
            ClusterDns = setup.ClusterDns,
            ResolvConf = ResolvConf.Path,
            PodCidrs = setup.PodCidrs,
            ServingCertificate = setup.ServingCertificate,
            ClientAuthority = setup.ClientAuthority,
        }, client, informers.Of<Service>(), TimeProvider.System, ComponentLog.Lines(logs, "kubelet"));
        var services = new ServiceDataplane(
            new(setup.NodeName, [.. setup.ClusterCidrs.Select(range => AddressRange.Parse(range.ToString()))]) { Cgroup = setup.Cgroup, Log = ComponentLog.Lines(logs, "services") }, feed, proxy);
        var dns = new IPEndPoint(setup.Addresses[0], 53);
        var names = DnsServer.RunAsync(
            new() { Listen = [dns], ResolvConf = ResolvConf.Path, Log = ComponentLog.Lines(logs, "dns") }, feed, informers.Synced, new KubeClient(dnsTransport), cancellation);
        var nameEndpoint = NodeEndpoint.KeepAsync(setup.NodeName, dns, client, ComponentLog.Lines(logs, "dns"), cancellation);
        var events = new EventRecorder(proxy, TimeProvider.System);
        using var announcer = new AddressAnnouncer(new() { NodeName = setup.NodeName, Link = setup.Link }, feed, events, TimeProvider.System, ComponentLog.Lines(logs, "announcer"));
        // A component that ends takes the process with it: the supervisor starts a whole one.
        await await Task.WhenAny(
        [
            informers.RunAsync(cancellation), routes.RunAsync(cancellation), kubelet.RunAsync(cancellation),
            services.RunAsync(informers.Synced, cancellation), names, nameEndpoint,
            announcer.RunAsync(informers.Synced, cancellation), events.RunAsync(cancellation), new MemoryReturn().RunAsync(cancellation), .. more,
        ]).ConfigureAwait(false);
    }

    /// <summary>One copy of what Services are resolved from, for the data plane and for DNS.</summary>
    static ClusterFeed Feed(InformerSet informers, string node)
    {
        var feed = new ClusterFeed();
        informers.Of(new SliceReader(node).Read).OnChange(feed.Changed);
        informers.Of<Service>().OnChange(feed.Changed);
        informers.Of<Fairlead.Api.Core.V1.Node>().OnChange(feed.Changed);
        return feed;
    }
}
