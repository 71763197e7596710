using Fairlead.Network.Services;

namespace Fairlead.Network.Configuration;

/// <summary>
/// What key config.conf of ConfigMap kube-system/kube-proxy asks for: a KubeProxyConfiguration
/// (kubeproxy.config.k8s.io/v1alpha1). Compares by value.
/// </summary>
public sealed record ProxyConfiguration
{
    /// <summary>Namespace, name and key of the ConfigMap that holds it.</summary>
    public const string ConfigMapNamespace = "kube-system", ConfigMapName = "kube-proxy", Key = "config.conf";

    /// <summary>What holds where there is no ConfigMap.</summary>
    public static readonly ProxyConfiguration Default = new();

    public ProxyMode Mode { get; init; } = ProxyMode.Nftables;
    public ProxySettings Settings { get; init; } = ProxySettings.Default with { LocalhostNodePorts = true };
    public IpvsSettings Ipvs { get; init; } = IpvsSettings.Default;

    /// <summary>Whether mode ebpf chooses endpoints for outside traffic by Maglev hashing, the same on every node.</summary>
    public bool Maglev { get; init; }

    /// <summary>What the mode's syncPeriod says. A change that is not served after twice this time makes the proxy unhealthy.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Address and port of the proxy's own health check.</summary>
    public string HealthzBindAddress { get; init; } = "0.0.0.0:10256";

    /// <summary>Address and port of the metrics.</summary>
    public string MetricsBindAddress { get; init; } = "127.0.0.1:10249";
}
