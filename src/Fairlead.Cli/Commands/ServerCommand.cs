using System.CommandLine;
using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Scheduler;
using Fairlead.Server;
using Fairlead.Server.Authentication;
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
    public static Command Create()
    {
        var command = new Command("server", "Run the control plane.") { ClusterArguments.Name, ClusterArguments.DataDir };
        command.SetAction(async (arguments, cancellation) =>
        {
            try
            {
                await RunAsync(ClusterArguments.Existing(arguments), cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Asked to end.
            }
            return 0;
        });
        return command;
    }

    static async Task RunAsync(ClusterLayout layout, CancellationToken cancellation)
    {
        var credentials = new ClusterCredentials(layout);
        using var logs = ComponentLog.Create();
        await using var store = EmbeddedStore.Open(new(layout.ServerFolder + "/store.db"));
        await using var server = new ApiServer(Options(layout, credentials, store), logs.CreateLogger("apiserver"));
        await server.StartAsync(cancellation).ConfigureAwait(false);
        using var scheduler = new PodScheduler(Client(server, "system:kube-scheduler"), TimeProvider.System, Random.Shared, ComponentLog.Lines(logs, "scheduler"));
        // A component that ends takes the process with it: the supervisor starts a whole one.
        await await Task.WhenAny(scheduler.RunAsync(cancellation)).ConfigureAwait(false);
    }

    static KubeClient Client(ApiServer server, string user) => new(server.Transport(new UserInfo(user, [])));

    static ApiServerOptions Options(ClusterLayout layout, ClusterCredentials credentials, EmbeddedStore store) => new()
    {
        Listen = new IPEndPoint(layout.HostAddress, layout.Options.ApiPort),
        Advertise = layout.HostAddress,
        ServiceRange = layout.Options.ServiceCidr,
        Certificate = credentials.ApiServer,
        ClientAuthority = credentials.Authority,
        NodeClientCertificate = credentials.NodeClient,
        Store = store,
        Resources = BuiltInResources.All,
    };
}
