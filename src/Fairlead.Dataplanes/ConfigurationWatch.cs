using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes;

/// <summary>Follows ConfigMap kube-system/kube-proxy. A configuration that is wrong changes nothing and is told.</summary>
sealed class ConfigurationWatch
{
    readonly Informer<ConfigMap> source;
    volatile ProxyConfiguration current = ProxyConfiguration.Default;

    /// <param name="wake">Called when there is another configuration.</param>
    /// <param name="refused">Receives what is wrong with one.</param>
    public ConfigurationWatch(KubeClient client, Action wake, Action<string> refused)
    {
        source = new(client, ProxyConfiguration.ConfigMapNamespace, new ListOptions { FieldSelector = $"metadata.name={ProxyConfiguration.ConfigMapName}" });
        source.OnChange((_, now) =>
        {
            if (Read(now, refused) is not { } next || next == current) return;
            current = next;
            wake();
        });
    }

    /// <summary>The last configuration that was right; the default where there is none.</summary>
    public ProxyConfiguration Current => current;

    /// <summary>Completes when the ConfigMap was looked for once.</summary>
    public Task Synced => source.Synced;

    public Task RunAsync(CancellationToken cancellation) => source.RunAsync(cancellation);

    static ProxyConfiguration? Read(ConfigMap? map, Action<string> refused)
    {
        var key = ProxyConfiguration.Key;
        var where = $"ConfigMap {ProxyConfiguration.ConfigMapNamespace}/{ProxyConfiguration.ConfigMapName}";
        if (map is null) return ProxyConfiguration.Default;
        if (map.Data?.GetValueOrDefault(key) is not { } text)
        {
            refused($"{where} has no key {key}; the configuration before it stays in force");
            return null;
        }
        if (ProxyConfigurationReader.Read(text, out var errors) is { } configuration) return configuration;
        refused($"{where}, key {key}: {string.Join("; ", errors)}; the configuration before it stays in force");
        return null;
    }
}
