using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Controllers;

/// <summary>Start-up options of the controllers; names as kube-controller-manager's flags.</summary>
public sealed record ControllersOptions
{
    /// <summary>Ranges of all Pod addresses, at most one of each family; each node gets a part of each.</summary>
    public IReadOnlyList<IPNetwork> ClusterCidrs { get; init; } = [IPNetwork.Parse("10.244.0.0/16")];

    /// <summary>Prefix length of a node's IPv4 part.</summary>
    public int NodeCidrMaskSize { get; init; } = 24;

    /// <summary>Prefix length of a node's IPv6 part.</summary>
    public int NodeCidrMaskSizeIPv6 { get; init; } = 64;

    /// <summary>The cluster's CA in PEM, published to every namespace as ConfigMap kube-root-ca.crt.</summary>
    public string RootCertificate { get; init; } = "";

    /// <summary>The CA with its key, which signs approved CertificateSigningRequests; null: nobody does.</summary>
    public X509Certificate2? SigningAuthority { get; init; }

    /// <summary>How long certificates are good whose requests ask for nothing shorter.</summary>
    public TimeSpan ClusterSigningDuration { get; init; } = TimeSpan.FromDays(365);

    /// <summary>A node whose lease was not renewed for so long is not ready.</summary>
    public TimeSpan NodeMonitorGracePeriod { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Ended Pods beyond so many are removed, oldest first.</summary>
    public int TerminatedPodGcThreshold { get; init; } = 12500;
}
