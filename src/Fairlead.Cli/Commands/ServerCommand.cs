using System.CommandLine;
using System.Globalization;
using System.Net;
using Fairlead.Api.Resources;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Cluster;
using Fairlead.Client;
using Fairlead.Client.LeaderElection;
using Fairlead.Controllers;
using Fairlead.Scheduler;
using Fairlead.Server;
using Fairlead.Server.Allocation;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;
using Fairlead.Store;
using Microsoft.Extensions.Logging;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead server`: API server, controllers and scheduler in one process.</summary>
/// <remarks><code>
/// EmbeddedStore ◀── ApiServer ◀── HTTPS: kubectl, agents
/// or EtcdStore          ▲
///                       └── in process: PodScheduler, ControllerRunner (on etcd: while this process holds their Lease)
/// </code></remarks>
public static class ServerCommand
{
    static readonly Option<string?> ServiceRanges = new("--service-cluster-ip-range")
    {
        Description = "Ranges of cluster addresses, the primary first: one, or one of each family. The cluster's own by default.",
    };

    static readonly Option<IPAddress?> BindAddress = new("--bind-address")
    {
        Description = "Where HTTPS is served, and under which address this server is known (default the host's on the cluster's bridge).",
        CustomParser = result => IPAddress.TryParse(result.Tokens[0].Value, out var address) ? address : Wrong(result),
    };

    static readonly Option<int?> SecurePort = new("--secure-port") { Description = "The port (default the cluster's)." };

    static readonly Option<int> RequestsInFlight = new("--max-requests-inflight")
    {
        Description = "Requests that are served at once, together with --max-mutating-requests-inflight; priority levels divide them. 0 and 0: without limit. Without priority and fairness: those that read.",
        DefaultValueFactory = _ => 400,
        Validators = { NotNegative },
    };

    static readonly Option<int> MutatingRequestsInFlight = new("--max-mutating-requests-inflight")
    {
        Description = "See --max-requests-inflight; without priority and fairness: those that write.",
        DefaultValueFactory = _ => 200,
        Validators = { NotNegative },
    };

    static readonly Option<bool> Fairness = new("--enable-priority-and-fairness")
    {
        Description = "Whether priority levels and queues say which requests are served; else a limit each of those that read and those that write.",
        DefaultValueFactory = _ => true,
    };

    public static Command Create()
    {
        var command = new Command("server", "Run the control plane.") { ClusterArguments.Name, ClusterArguments.DataDir, ClusterArguments.LegacyApis, ServiceRanges, BindAddress, SecurePort, RequestsInFlight, MutatingRequestsInFlight, Fairness };
        foreach (var option in StoreArguments.All.Concat(AuditArguments.All).Concat(IdentityArguments.All).Concat(AuthorizationArguments.All)) command.Add(option);
        command.SetAction(async (arguments, cancellation) =>
        {
            try
            {
                await RunAsync(arguments, ClusterArguments.Existing(arguments), cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Asked to end.
            }
            return 0;
        });
        return command;
    }

    static async Task RunAsync(ParseResult arguments, ClusterLayout layout, CancellationToken cancellation)
    {
        using var credentials = new ClusterCredentials(layout);
        using var logs = ComponentLog.Create();
        await using var store = await StoreArguments.OpenAsync(arguments, layout, ComponentLog.Lines(logs, "store"), cancellation).ConfigureAwait(false);
        KubeClient? lookups = null;
        using var tokenKey = credentials.TokenKey();
        var tokens = new ServiceAccountTokens(tokenKey, ServiceAccountTokens.DefaultIssuer, TimeProvider.System, LookUp);
        ValueTask<bool> LookUp(string kind, string? ns, string name, string uid, CancellationToken ct) => BoundObjects.ExistsAsync(lookups!, kind, ns, name, uid, ct);
        var running = new RunningComponents();
        await using var audit = AuditArguments.Open(arguments, TimeProvider.System, ComponentLog.Lines(logs, "apiserver"));
        var own = Options(arguments, layout, credentials, store, tokens) with { Audit = audit?.Sink, Components = [running.Probe("scheduler"), running.Probe("controller-manager")] };
        var identified = IdentityArguments.Add(arguments, own, ComponentLog.Lines(logs, "apiserver"));
        await using var server = new ApiServer(AuthorizationArguments.Add(arguments, identified, ComponentLog.Lines(logs, "apiserver")), logs.CreateLogger("apiserver"));
        lookups = new(server.Transport(new UserInfo("system:apiserver", [UserInfo.MastersGroup])));
        await server.StartAsync(cancellation).ConfigureAwait(false);
        _ = StoreArguments.IsShared(arguments) ? Task.CompletedTask
            : BackupSocket.ServeAsync(layout, store, StoreArguments.Encryption(arguments), ComponentLog.Lines(logs, "backup"), cancellation);
        _ = new CredentialReload(credentials, arguments.GetValue(BindAddress), layout.CertificateFolder, server.UseCertificate, tokens.Use, ComponentLog.Lines(logs, "apiserver")).RunAsync(TimeProvider.System, cancellation);
        await RunComponentsAsync(server, layout, credentials, StoreArguments.IsShared(arguments), running, logs, cancellation).ConfigureAwait(false);
    }

    /// <summary>Scheduler and controllers; of several servers each of the two runs in the one that holds its Lease.</summary>
    static async Task RunComponentsAsync(ApiServer server, ClusterLayout layout, ClusterCredentials credentials, bool shared, RunningComponents running, ILoggerFactory logs, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var options = new ControllersOptions { ClusterCidrs = [.. layout.Options.ClusterCidr.All], RootCertificate = credentials.AuthorityPem, SigningAuthority = credentials.Authority };
        var identity = $"{Environment.MachineName}_{Guid.NewGuid()}";
        Task[] components =
        [
            Once("kube-scheduler", async term =>
            {
                using var scheduler = new PodScheduler(Client(server, "system:kube-scheduler"), TimeProvider.System, Random.Shared, ComponentLog.Lines(logs, "scheduler"));
                await scheduler.RunAsync(term).ConfigureAwait(false);
            }),
            Once("kube-controller-manager", term => ControllerRunner.RunAsync(
                Client(server, "system:kube-controller-manager"), account => new(server.Transport(UserInfo.ServiceAccount("kube-system", account))),
                options, TimeProvider.System, ComponentLog.Lines(logs, "controllers"), term)),
        ];
        // A component that ends takes the process with it: the supervisor starts a whole one. The other one gives its Lease back first.
        var first = await Task.WhenAny(components).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(components).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);

        Task Once(string name, Func<CancellationToken, Task> component) => running.Add(name["kube-".Length..], !shared ? component(ending.Token)
            : new LeaderElector(Client(server, "system:" + name), new(name, identity), TimeProvider.System, ComponentLog.Lines(logs, "election")).RunAsync(component, ending.Token));
    }

    static KubeClient Client(ApiServer server, string user) => new(server.Transport(new UserInfo(user, [])));

    static ApiServerOptions Options(ParseResult arguments, ClusterLayout layout, ClusterCredentials credentials, IStore store, ServiceAccountTokens tokens) => new()
    {
        Listen = new IPEndPoint(arguments.GetValue(BindAddress) ?? layout.HostAddress, arguments.GetValue(SecurePort) ?? layout.Options.ApiPort),
        Advertise = arguments.GetValue(BindAddress) ?? layout.HostAddress,
        ServiceRanges = arguments.GetValue(ServiceRanges) is { } ranges ? Ranges(ranges) : [.. layout.Options.ServiceCidr.All],
        ClusterDns = layout.DnsAddress,
        LoadBalancerPool = layout.LoadBalancerPool,
        Certificate = credentials.ApiServer(arguments.GetValue(BindAddress)),
        ClientAuthority = credentials.Authority,
        ServingAuthorityPem = credentials.AuthorityPem,
        NodeClientCertificate = credentials.KubeletClient(),
        ProxyClientCertificate = credentials.FrontProxyClient(),
        RequestHeaders = new([credentials.FrontProxyAuthority]) { AllowedNames = [CertificateRequestSpec.FrontProxyClient.CommonName] },
        MaxRequestsInFlight = arguments.GetValue(RequestsInFlight),
        MaxMutatingRequestsInFlight = arguments.GetValue(MutatingRequestsInFlight),
        PriorityAndFairness = arguments.GetValue(Fairness),
        Store = store,
        Tokens = [tokens],
        TokenIssuer = tokens,
        Resources = arguments.GetValue(ClusterArguments.LegacyApis) || layout.Options.LegacyApis ? LegacyResources.With(BuiltInResources.All) : BuiltInResources.All,
    };

    static IPAddress? Wrong(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"--bind-address {result.Tokens[0].Value} is no address: give one such as 10.0.0.1.");
        return null;
    }

    static void NotNegative(System.CommandLine.Parsing.OptionResult result)
    {
        // What is no number at all is the parser's to refuse.
        if (result.Tokens is [var given] && int.TryParse(given.Value, CultureInfo.InvariantCulture, out var number) && number < 0) result.AddError($"{result.Option.Name} is a number of requests: give 0 or more.");
    }

    static IReadOnlyList<IPNetwork> Ranges(string text)
    {
        try { return ServiceRange.ParseFlag(text); }
        catch (FormatException e) { throw new CommandException($"--service-cluster-ip-range: {e.Message}."); }
    }
}
