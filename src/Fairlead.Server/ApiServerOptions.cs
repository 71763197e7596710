using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Auditing;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Reloading;
using Fairlead.Server.Subresources;
using Fairlead.Store;

namespace Fairlead.Server;

/// <summary>What an <see cref="ApiServer"/> is started with.</summary>
public sealed record ApiServerOptions
{
    /// <summary>Where HTTPS is served; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 6443);

    /// <summary>The address under which nodes and Pods reach this server: the endpoint of Service default/kubernetes.</summary>
    public IPAddress Advertise { get; init; } = IPAddress.Loopback;

    /// <summary>The port that belongs to <see cref="Advertise"/>; null for the port listened on.</summary>
    public int? AdvertisePort { get; init; }

    /// <summary>
    /// Ranges of ClusterIPs, one or one of each family; the first is the default. Its first address belongs to Service
    /// default/kubernetes. See <see cref="Allocation.ServiceRange.ParseFlag"/>.
    /// </summary>
    public IReadOnlyList<IPNetwork> ServiceRanges { get; init; } = [IPNetwork.Parse("10.96.0.0/16")];

    /// <summary>ClusterIP of Service kube-system/kube-dns; null for a cluster without DNS of its own.</summary>
    public IPAddress? ClusterDns { get; init; }

    /// <summary>
    /// Ranges, such as 192.0.2.200-192.0.2.250, from which a new cluster gives addresses to Services of type LoadBalancer.
    /// ConfigMap kube-system/load-balancer-pools is made of it once and is the user's afterwards.
    /// </summary>
    public IReadOnlyList<string> LoadBalancerPool { get; init; } = [];

    /// <summary>NodePorts, first and last.</summary>
    public (int First, int Last) NodePorts { get; init; } = (30000, 32767);

    /// <summary>The server's certificate with its key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The CA whose client certificates are believed.</summary>
    public required X509Certificate2 ClientAuthority { get; init; }

    /// <summary>
    /// The CA of this server's certificate in PEM, told to machines that join in ConfigMap kube-public/cluster-info; null:
    /// that is not made.
    /// </summary>
    public string? ServingAuthorityPem { get; init; }

    /// <summary>The certificate with which this server shows itself to nodes (logs, exec, proxy); null: none.</summary>
    public X509Certificate2? NodeClientCertificate { get; init; }

    /// <summary>Whose certificates nodes must show (--kubelet-certificate-authority); null: they are not checked.</summary>
    public X509Certificate2Collection? NodeAuthorities { get; init; }

    /// <summary>Where objects are kept. Disposed by its owner, not by the server.</summary>
    public required IStore Store { get; init; }

    /// <summary>Who recognises bearer tokens, in this order.</summary>
    public IReadOnlyList<ITokenAuthenticator> Tokens { get; init; } = [];

    /// <summary>Signs service accounts' tokens; null: TokenRequest is refused.</summary>
    public ITokenIssuer? TokenIssuer { get; init; }

    /// <summary>Whether requests without credentials are let in.</summary>
    public AnonymousAccess Anonymous { get; init; } = AnonymousAccess.Everywhere;

    /// <summary>Who is asked what someone may do, in their order.</summary>
    public AuthorizationConfiguration Authorization { get; init; } = AuthorizationConfiguration.Default;

    /// <summary>Configuration files that are looked at while the server runs.</summary>
    public IReadOnlyList<ReloadedFile> ReloadedFiles { get; init; } = [];

    /// <summary>Asked, in this order, about what <see cref="Authorization"/> does not decide.</summary>
    public IReadOnlyList<IAuthorizer> Authorizers { get; init; } = [];

    /// <summary>The proxy whose word on users is believed; null: nobody's is.</summary>
    public RequestHeaderOptions? RequestHeaders { get; init; }

    /// <summary>
    /// The front proxy's certificate with its key, by which other API servers know this one (--proxy-client-cert-file);
    /// null: none. Its authority should be one of <see cref="RequestHeaders"/>, which are told to those servers.
    /// </summary>
    public X509Certificate2? ProxyClientCertificate { get; init; }

    /// <summary>Which requests are recorded, and what takes the events; null: none.</summary>
    public (AuditPolicy Policy, Action<JsonObject> Write)? Audit { get; init; }

    /// <summary>The kinds that are served.</summary>
    public required IReadOnlyList<ResourceDefinition> Resources { get; init; }

    /// <summary>Components beside this server and its store, for ComponentStatus.</summary>
    public IReadOnlyList<ComponentProbe> Components { get; init; } = [];

    /// <summary>
    /// The two together are the seats that priority levels divide (API priority and fairness), with upstream's defaults;
    /// 0 and 0: nothing is limited.
    /// </summary>
    public int MaxRequestsInFlight { get; init; } = 400;

    /// <inheritdoc cref="MaxRequestsInFlight"/>
    public int MaxMutatingRequestsInFlight { get; init; } = 200;

    /// <summary>
    /// False: no priority levels; the two limit the requests that read and those that write (--enable-priority-and-fairness).
    /// </summary>
    public bool PriorityAndFairness { get; init; } = true;

    /// <summary>How long a client may take to send a body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
