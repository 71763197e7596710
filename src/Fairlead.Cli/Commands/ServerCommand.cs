using System.CommandLine;
using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Controllers;
using Fairlead.Scheduler;
using Fairlead.Server;
using Fairlead.Server.Allocation;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;
using Fairlead.Store.Embedded;
using Microsoft.Extensions.Logging;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead server`: API server, controllers and scheduler in one process.</summary>
/// <remarks><code>
/// EmbeddedStore ◀── ApiServer ◀── HTTPS: kubectl, agents
///                       ▲
///                       └── in process: PodScheduler, ControllerRunner
/// </code></remarks>
public static class ServerCommand
{
    static readonly Option<string?> ServiceRanges = new("--service-cluster-ip-range")
    {
        Description = "Ranges of cluster addresses, the primary first: one, or one of each family. The cluster's own by default.",
    };

    public static Command Create()
    {
        var command = new Command("server", "Run the control plane.") { ClusterArguments.Name, ClusterArguments.DataDir, ServiceRanges };
        command.SetAction(async (arguments, cancellation) =>
        {
            try
            {
                await RunAsync(ClusterArguments.Existing(arguments), arguments.GetValue(ServiceRanges), cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Asked to end.
            }
            return 0;
        });
        return command;
    }

    static async Task RunAsync(ClusterLayout layout, string? ranges, CancellationToken cancellation)
    {
        using var credentials = new ClusterCredentials(layout);
        using var logs = ComponentLog.Create();
        await using var store = EmbeddedStore.Open(new(layout.ServerFolder + "/store.db"));
        KubeClient? lookups = null;
        using var tokenKey = credentials.TokenKey();
        var tokens = new ServiceAccountTokens(tokenKey, ServiceAccountTokens.DefaultIssuer, TimeProvider.System, LookUp);
        ValueTask<bool> LookUp(string kind, string? ns, string name, string uid, CancellationToken ct) => BoundObjects.ExistsAsync(lookups!, kind, ns, name, uid, ct);
        await using var server = new ApiServer(Options(layout, ranges, credentials, store, tokens), logs.CreateLogger("apiserver"));
        lookups = Client(server, "system:apiserver");
        await server.StartAsync(cancellation).ConfigureAwait(false);
        using var scheduler = new PodScheduler(Client(server, "system:kube-scheduler"), TimeProvider.System, Random.Shared, ComponentLog.Lines(logs, "scheduler"));
        var controllers = ControllerRunner.RunAsync(
            Client(server, "system:kube-controller-manager"),
            new ControllersOptions { ClusterCidrs = [.. layout.Options.ClusterCidr.All], RootCertificate = credentials.AuthorityPem },
            TimeProvider.System, ComponentLog.Lines(logs, "controllers"), cancellation);
        // A component that ends takes the process with it: the supervisor starts a whole one.
        await await Task.WhenAny(scheduler.RunAsync(cancellation), controllers).ConfigureAwait(false);
    }

    static KubeClient Client(ApiServer server, string user) => new(server.Transport(new UserInfo(user, [])));

    static ApiServerOptions Options(ClusterLayout layout, string? ranges, ClusterCredentials credentials, EmbeddedStore store, ServiceAccountTokens tokens) => new()
    {
        Listen = new IPEndPoint(layout.HostAddress, layout.Options.ApiPort),
        Advertise = layout.HostAddress,
        ServiceRanges = ranges is null ? [.. layout.Options.ServiceCidr.All] : Ranges(ranges),
        ClusterDns = layout.DnsAddress,
        LoadBalancerPool = layout.LoadBalancerPool,
        Certificate = credentials.ApiServer(),
        ClientAuthority = credentials.Authority,
        NodeClientCertificate = credentials.KubeletClient(),
        Store = store,
        Tokens = [tokens],
        TokenIssuer = tokens,
        Resources = BuiltInResources.All,
    };

    static IReadOnlyList<IPNetwork> Ranges(string text)
    {
        try { return ServiceRange.ParseFlag(text); }
        catch (FormatException e) { throw new CommandException($"--service-cluster-ip-range: {e.Message}."); }
    }
}
