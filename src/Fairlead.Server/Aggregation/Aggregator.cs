using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Resources;
using Fairlead.Server.Authentication;
using Fairlead.Server.Discovery;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Relaying;
using Fairlead.Server.Routing;
using Fairlead.Store;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Other API servers behind this one.
/// <code>
/// store ──APIServices──▶ RegisteredVersions ──▶ Find: whose is the path? ──▶ RemoteRelay ──TLS, X-Remote-*──▶ the other server
///                              ▲    └──▶ RemoteAvailability ──RemoteCheck──▶ condition Available, RemoteDocuments ──▶ ServedGroups (discovery)
///                              └── LocalVersions ◀── ResourceCatalog
/// </code>
/// </summary>
public sealed class Aggregator : IAsyncDisposable
{
    readonly RegisteredVersions registered;
    readonly RemoteConnections connections;
    readonly RemoteRelay relay;
    readonly RemoteDocuments documents = new();
    readonly StoreFollower following;
    readonly StoreFollower services;
    readonly ServiceChanges changes;
    readonly ServiceResolver resolver;
    readonly ResourceDefinition kind;
    readonly ResourceCatalog catalog;
    readonly ILogger log;

    /// <param name="certificate">The front proxy's, by which other servers know this one; null for none.</param>
    public Aggregator(IStore store, ResourceCatalog catalog, ServiceResolver resolver, X509Certificate2? certificate, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (this.catalog, this.resolver, this.log) = (catalog, resolver, log);
        kind = catalog.Require("apiregistration.k8s.io", "v1", "apiservices");
        registered = new(kind);
        connections = new(resolver, certificate);
        relay = new(connections);
        changes = new(registered, [.. new[] { catalog.Find("", "v1", "services"), catalog.Find("discovery.k8s.io", "v1", "endpointslices") }.OfType<ResourceDefinition>()]);
        following = new(store, registered, line => log.LogWarning("{Line}", line));
        services = new(store, changes, line => log.LogWarning("{Line}", line));
        Served = new(catalog, registered, documents);
    }

    /// <summary>Which other servers are there.</summary>
    public AvailabilityMetrics Metrics { get; } = new();

    /// <summary>What is served, here and by others.</summary>
    public ServedGroups Served { get; }

    /// <summary>Follows APIServices: a write of one is done when requests go its way.</summary>
    public StoreFollower Follower => following;

    /// <summary>Reads what is registered; to be awaited before requests are taken.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await following.StartAsync(cancellation).ConfigureAwait(false);
        await services.StartAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Registers this server's own versions and begins to look after all.</summary>
    /// <param name="stopping">Ends the loops.</param>
    /// <returns>The loops, which end when they are cancelled.</returns>
    public async Task<Task> RegisterAsync(Verbs verbs, TimeProvider clock, CancellationToken cancellation, CancellationToken stopping)
    {
        var local = new LocalVersions(registered, catalog, verbs, kind, clock, log);
        var remote = new RemoteAvailability(registered, changes, new(resolver, connections), documents, Metrics, verbs, kind, clock, log);
        await local.EnsureAsync(cancellation).ConfigureAwait(false);
        return Task.WhenAll(local.RunAsync(stopping), remote.RunAsync(stopping));
    }

    /// <summary>What a request is about if it is another server's to answer; else null.</summary>
    public RequestTarget? Find(ApiCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (registered.Find(call.Path) is not { } api) return null;
        return new(call.Method.ToLowerInvariant(), call.Path, null, null, null, "", "") { Remote = api };
    }

    /// <summary>The other server's answer to the user.</summary>
    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, RemoteApi api, UserInfo user, CancellationToken cancellation) => relay.AnswerAsync(call, api, user, cancellation);

    public async ValueTask DisposeAsync()
    {
        await following.DisposeAsync().ConfigureAwait(false);
        await services.DisposeAsync().ConfigureAwait(false);
        connections.Dispose();
    }
}
