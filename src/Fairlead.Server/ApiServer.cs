using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Client;
using Fairlead.Client.Metrics;
using Fairlead.Server.Admission;
using Fairlead.Server.Aggregation;
using Fairlead.Server.Allocation;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Authorization.Nodes;
using Fairlead.Server.Authorization.Rbac;
using Fairlead.Server.Bootstrap;
using Fairlead.Server.CustomResources;
using Fairlead.Server.Discovery;
using Fairlead.Server.FlowControl;
using Fairlead.Server.Health;
using Fairlead.Server.Listen;
using Fairlead.Server.Quotas;
using Fairlead.Server.Registry;
using Fairlead.Server.Relaying;
using Fairlead.Server.Routing;
using Fairlead.Server.Subresources;
using Fairlead.Server.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fairlead.Server;

/// <summary>
/// The API server: one object wires the stages in the order in which a request meets them and listens.
/// <code>
/// socket ──▶ HttpExchange ─┐
///                          ├─▶ ApiPipeline: authenticate ▶ route ▶ seat ▶ authorize ▶ Verbs | subresource | document | Aggregator ▶ answer
/// InProcessTransport ──────┘                                                    │
///                                     decode ▶ admit ▶ default ▶ validate ▶ allocate ▶ store
/// </code>
/// </summary>
public sealed class ApiServer : IAsyncDisposable
{
    readonly ApiServerOptions options;
    readonly ResourceCatalog catalog;
    readonly ServiceAllocator services;
    readonly AllocationRepair repair;
    readonly QuotaRecount? recount;
    readonly WebhookClient webhooks;
    readonly CustomKinds customKinds;
    readonly ServiceResolver resolver;
    readonly Aggregator aggregator;
    readonly RbacPolicy policy = new();
    readonly StoreFollower roles;
    readonly StoreFollower nodePods;
    readonly ConfiguredAdmission configured;
    readonly FlowPolicy flows;
    readonly StoreFollower flowObjects;
    readonly ConfiguredAuthorizer authorizer;
    readonly Authenticator authenticator;
    readonly CancellationTokenSource stopping = new();
    Task repairing = Task.CompletedTask;
    Task followingKinds = Task.CompletedTask;
    Task aggregating = Task.CompletedTask;
    readonly Verbs verbs;
    readonly ApiPipeline pipeline;
    readonly KestrelListener listener;
    readonly ClientCertificates clients;
    readonly ILogger log;
    volatile bool ready;

    public ApiServer(ApiServerOptions options, ILogger? log = null)
    {
        this.options = options;
        this.log = log ?? NullLogger.Instance;
        catalog = new(options.Resources);
        ServiceRange.Check(options.ServiceRanges);
        var addressKind = catalog.Require("networking.k8s.io", "v1", "ipaddresses");
        var addresses = new ServiceAddresses(new(options.Store, RangeKind), new(options.Store, addressKind, options.Clock), Random.Shared);
        var ports = new ServiceNodePorts(options.NodePorts, new(options.Store), Random.Shared);
        services = new([.. options.ServiceRanges.Select(r => ServiceRange.Of(r).Family)], addresses, ports);
        roles = new(options.Store, policy, line => this.log.LogWarning("{Line}", line));
        var graph = new NodeGraph();
        nodePods = new(options.Store, graph, line => this.log.LogWarning("{Line}", line));
        flows = new(options.MaxRequestsInFlight + options.MaxMutatingRequestsInFlight, options.Clock);
        flowObjects = new(options.Store, flows, line => this.log.LogWarning("{Line}", line));
        authorizer = new(new NodeAuthorizer(graph), new RbacAuthorizer(policy), options.Authorizers, options.Clock, line => this.log.LogWarning("{Line}", line));
        authorizer.Use(options.Authorization);
        resolver = new(options.Store, catalog);
        webhooks = new(resolver);
        configured = new(options.Store, new(catalog, new(options.Store, catalog.Require("", "v1", "namespaces")), authorizer), webhooks, line => this.log.LogWarning("{Line}", line));
        var counts = new QuotaCount(options.Store, catalog);
        var quotaKind = catalog.Find("", "v1", "resourcequotas");
        if (quotaKind is not null) recount = new(options.Store, quotaKind, counts, options.Clock, line => this.log.LogWarning("{Line}", line));
        aggregator = new(options.Store, catalog, resolver, options.ProxyClientCertificate, this.log);
        verbs = new(new RegistryServices(new FollowedStore(options.Store, [roles, flowObjects, aggregator.Follower, .. configured.Followers]), Admission(), [services], options.Clock)
        {
            Authorizer = authorizer,
            Lifetime = catalog.Lifetime,
            Quotas = quotaKind is null ? null : new(options.Store, quotaKind, counts),
        });
        customKinds = new(options.Store, verbs, catalog, options.Clock, new(webhooks), this.log);
        var inFlight = options.PriorityAndFairness ? null : new InFlightLimiter(options.MaxRequestsInFlight, options.MaxMutatingRequestsInFlight, options.Clock);
        var metrics = new RequestMetrics
        {
            More =
            [
                configured.WriteMetrics, aggregator.Metrics.Write, authorizer.Metrics.Write,
                inFlight is null ? text => FlowMetrics.Write(flows, text) : inFlight.Write, .. options.ReloadedFiles.Select(f => (Action<MetricText>)f.Write),
            ],
        };
        authenticator = new([.. options.Tokens, new BootstrapTokens(options.Store, options.Clock)], options.Anonymous);
        pipeline = new(authenticator, new RequestParser(catalog), authorizer, verbs,
            Subresources(), new DocumentRouter(Documents(metrics)), metrics, aggregator, this.log,
            options.Audit is { } audit ? new(audit.Policy, audit.Write, options.Clock, line => this.log.LogWarning("{Line}", line)) : null,
            inFlight ?? (IRequestLimiter?)(flows.Total > 0 ? new RequestLimiter(flows, options.Clock) : null));
        var self = new KubeClient(Transport(new UserInfo("system:apiserver", [UserInfo.MastersGroup])));
        repair = new(self, addresses, ports, options.Clock, line => this.log.LogWarning("{Line}", line));
        clients = new(options.ClientAuthority);
        listener = new(options.Listen, options.Certificate, new HttpExchange(pipeline, clients, options.BodyTimeout, options.RequestHeaders is { } proxy ? new(proxy) : null));
    }

    /// <summary>The port that is listened on; after <see cref="StartAsync"/>.</summary>
    public int Port => listener.Port;

    /// <summary>The API for a component of this process that acts as the user.</summary>
    public IApiTransport Transport(UserInfo user) => new InProcessTransport(pipeline, user);

    /// <summary>Shows this certificate, which the server does not dispose of, at handshakes from now on.</summary>
    public void UseCertificate(X509Certificate2 certificate) => listener.UseCertificate(certificate);

    /// <summary>Asks these authorizers from the next request on.</summary>
    public void UseAuthorization(AuthorizationConfiguration configuration) => authorizer.Use(configuration);

    /// <summary>Believes client certificates of these authorities from now on, and of no others.</summary>
    public void UseClientAuthorities(X509Certificate2Collection authorities) => clients.Use(authorities);

    /// <summary>Restores what is allocated, creates what every cluster has, and listens. Ready when it returns.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        LoadDescriptions();
        await roles.StartAsync(cancellation).ConfigureAwait(false);
        await nodePods.StartAsync(cancellation).ConfigureAwait(false);
        await configured.StartAsync(cancellation).ConfigureAwait(false);
        await aggregator.StartAsync(cancellation).ConfigureAwait(false);
        await flowObjects.StartAsync(cancellation).ConfigureAwait(false);
        if (await new DefaultServiceCidr(verbs, RangeKind, options.ServiceRanges).EnsureAsync(ObjectFields.Time(options.Clock.GetUtcNow()), cancellation).ConfigureAwait(false) is { } differs)
            log.LogWarning("{Line}", differs);
        await RestoreAsync(cancellation).ConfigureAwait(false);
        followingKinds = customKinds.RunAsync(await customKinds.LoadAsync(cancellation).ConfigureAwait(false), stopping.Token);
        await listener.StartAsync(cancellation).ConfigureAwait(false);
        var advertised = new IPEndPoint(options.Advertise, options.AdvertisePort ?? Port);
        var first = new FirstObjects(verbs, catalog);
        await first.EnsureAsync(FirstAddress(options.ServiceRanges[0]), advertised, options.ClusterDns, options.LoadBalancerPool, cancellation).ConfigureAwait(false);
        await first.EnsureAuthenticationAsync(options.ClientAuthority, options.RequestHeaders, cancellation).ConfigureAwait(false);
        if (options.ServingAuthorityPem is { } authority) await new ClusterInfo(verbs, catalog).EnsureAsync(advertised, authority, cancellation).ConfigureAwait(false);
        await new PolicyReconciliation(verbs, catalog).EnsureAsync(cancellation).ConfigureAwait(false);
        await repair.RunOnceAsync(cancellation).ConfigureAwait(false);
        aggregating = await aggregator.RegisterAsync(verbs, options.Clock, cancellation, stopping.Token).ConfigureAwait(false);
        repairing = Task.WhenAll(repair.RunAsync(stopping.Token), recount?.RunAsync(stopping.Token) ?? Task.CompletedTask,
            Task.WhenAll(options.ReloadedFiles.Select(f => f.RunAsync(this, options.Clock, stopping.Token))),
            options.PriorityAndFairness && catalog.Find("flowcontrol.apiserver.k8s.io", "v1", "flowschemas") is { } schemas
                ? new FlowUpkeep(flows, verbs, schemas, first.EnsureFlowControlAsync, options.Clock, line => log.LogWarning("{Line}", line)).RunAsync(stopping.Token) : Task.CompletedTask);
        ready = true;
        log.LogInformation("serving {Kinds} kinds on {Address}:{Port}", catalog.All.Count, options.Listen.Address, Port);
    }

    /// <summary>Stops listening; open watches end.</summary>
    public async Task StopAsync()
    {
        ready = false;
        await stopping.CancelAsync().ConfigureAwait(false);
        await repairing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await followingKinds.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await aggregating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await listener.DisposeAsync().ConfigureAwait(false);
        await roles.DisposeAsync().ConfigureAwait(false);
        await nodePods.DisposeAsync().ConfigureAwait(false);
        await configured.DisposeAsync().ConfigureAwait(false);
        await aggregator.DisposeAsync().ConfigureAwait(false);
        await flowObjects.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        webhooks.Dispose();
        stopping.Dispose();
    }

    ResourceDefinition RangeKind => catalog.Require("networking.k8s.io", "v1", "servicecidrs");

    // Before the first schema is read: what kubectl explain shows stands in the compiler's file beside the assembly.
    static void LoadDescriptions()
    {
        if (SchemaDescriptions.Current is not null) return;
        using var file = File.OpenRead(Path.ChangeExtension(typeof(SchemaDescriptions).Assembly.Location, ".xml"));
        SchemaDescriptions.Load(file);
    }

    async Task RestoreAsync(CancellationToken cancellation)
    {
        if (catalog.Find("", "v1", "services") is not { } kind) return;
        var range = await options.Store.RangeAsync(ObjectKeys.Collection(kind, null), null, 0, 0, cancellation).ConfigureAwait(false);
        foreach (var entry in range.Entries)
        {
            if (!services.Restore(StoredObject.Parse(entry))) log.LogWarning("{Key} holds an address or port that another Service holds too", entry.Key);
        }
        await services.ClaimRestoredAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>A new rule is one line here, in upstream's order: those that complete an object, and behind validation those that judge it.</summary>
    AdmissionChain Admission()
    {
        var rules = new List<IAdmission>();
        Add("", "namespaces", kind => new NamespaceLifecycle(options.Store, kind));
        Add("", "limitranges", kind => new LimitRangeDefaults(new(options.Store, kind)));
        Add("", "serviceaccounts", kind => new ServiceAccountAdmission(options.Store, kind));
        if (catalog.Find("", "v1", "pods") is { } podKind)
            Add("", "nodes", kind => new NodeRestriction(new(options.Store, podKind), new(options.Store, kind)));
        rules.Add(new TaintNodesByCondition());
        Add("scheduling.k8s.io", "priorityclasses", kind => new Priority(new(options.Store, kind)));
        rules.Add(new DefaultTolerationSeconds());
        Add("storage.k8s.io", "storageclasses", kind => new DefaultStorageClass(new(options.Store, kind)));
        Add("node.k8s.io", "runtimeclasses", kind => new RuntimeClassAdmission(new(options.Store, kind)));
        var certificates = new CertificateAdmission(() => authorizer);
        rules.Add(certificates);
        Add("networking.k8s.io", "ingressclasses", kind => new DefaultIngressClass(new(options.Store, kind)));
        var completing = rules;
        rules = [];
        if (catalog.Find("", "v1", "pods") is { } podsKind)
            Add("", "namespaces", kind => new PodSecurityAdmission(new(options.Store, kind), new(options.Store, podsKind), options.Clock));
        Add("", "limitranges", kind => new LimitRangeBounds(new(options.Store, kind)));
        // Again: a webhook may not speak for who asks.
        rules.Add(certificates);
        rules.Add(new RoleEscalation(policy, () => authorizer));
        return new(completing, configured, rules);

        void Add(string group, string plural, Func<ResourceDefinition, IAdmission> make)
        {
            if (catalog.Find(group, "v1", plural) is { } kind) rules.Add(make(kind));
        }
    }

    /// <summary>A new subresource is one line here.</summary>
    List<ISubresource> Subresources()
    {
        var list = new List<ISubresource>
        {
            new CertificateSubresource("approval", verbs, options.Clock), new CertificateSubresource("status", verbs, options.Clock),
            new StatusSubresource(verbs), new ScaleSubresource(verbs), new BindingSubresource(verbs, options.Clock),
            new EvictionSubresource(verbs, new(verbs, catalog.Find("policy", "v1", "poddisruptionbudgets"), options.Clock), options.Clock), new FinalizeSubresource(verbs), new EphemeralContainersSubresource(verbs),
            new AccessReviews(authorizer, policy, verbs.Admission), new IdentityReviews(authenticator, options.TokenIssuer?.Audience, verbs.Admission),
            new ComponentStatuses([.. options.Components, new("etcd-0", AskStoreAsync)], options.Clock),
        };
        var nodes = new NodeConnections(options.NodeClientCertificate, options.NodeAuthorities);
        var locator = new TargetLocator(verbs, catalog, resolver);
        list.Add(new PodStreamSubresource("log", verbs, locator, nodes));
        list.Add(new PodStreamSubresource("exec", verbs, locator, nodes));
        list.Add(new PodStreamSubresource("attach", verbs, locator, nodes));
        list.Add(new PodStreamSubresource("portforward", verbs, locator, nodes));
        list.Add(new ProxySubresource(verbs, locator, nodes, options.NodeAuthorities is null ? nodes : new(options.NodeClientCertificate, null)));
        if (catalog.Find("", "v1", "pods") is { } pods) list.Add(new TokenSubresource(verbs, options.TokenIssuer, pods, catalog.Require("", "v1", "nodes")));
        return list;
    }

    /// <summary>A new path that is no resource is one line here.</summary>
    List<IDocument> Documents(RequestMetrics metrics) =>
    [
        new HealthChecks(
        [
            new("ping", _ => default),
            new("store", AskStoreAsync),
            new("poststarthook/first-objects", _ => new(ready ? null : "not created yet"), ReadyOnly: true),
        ]),
        new VersionDocument(),
        .. IssuerDocuments.Of(options.TokenIssuer, () => new IPEndPoint(options.Advertise, options.AdvertisePort ?? Port)),
        new KindDocuments(aggregator.Served, () => new IPEndPoint(options.Advertise, options.AdvertisePort ?? Port).ToString()),
        metrics,
    ];

    async ValueTask<string?> AskStoreAsync(CancellationToken cancellation)
    {
        await options.Store.GetAsync("/registry/health", cancellation).ConfigureAwait(false);
        return null;
    }

    static IPAddress FirstAddress(IPNetwork network)
    {
        var range = ServiceRange.Of(network);
        return IPAddress.Parse(range.AddressOf(range.Numbers.First));
    }
}
