using System.Net;
using System.Text;
using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Network.Services;

namespace Fairlead.Network.Configuration;

/// <summary>
/// Reads a KubeProxyConfiguration. Fields that cannot matter here are taken and ignored; a field that nobody knows is an
/// error, since it is a wish that would silently not come true.
/// </summary>
public static class ProxyConfigurationReader
{
    const string Group = "kubeproxy.config.k8s.io/v1alpha1", Kind = "KubeProxyConfiguration";

    // Bit 14 is mark 0x4000, kube-proxy's default; the rules of every mode are made with it.
    const long MasqueradeBit = 14;

    /// <summary>Reads the YAML or JSON text.</summary>
    /// <param name="errors">What is wrong, each with the path of its field; empty on success.</param>
    /// <returns>Null if anything is wrong.</returns>
    public static ProxyConfiguration? Read(string text, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        errors = found;
        JsonObject root;
        try
        {
            root = YamlInput.ParseObject(Encoding.UTF8.GetBytes(text), found);
        }
        catch (MalformedInputException e)
        {
            found.Add(e.Message);
            return null;
        }
        var configuration = Read(new ConfigurationFields(root, "", found));
        return found.Count == 0 ? configuration : null;
    }

    static ProxyConfiguration Read(ConfigurationFields fields)
    {
        Expect(fields, "apiVersion", Group);
        Expect(fields, "kind", Kind);
        var iptables = fields.Object("iptables");
        var nftables = fields.Object("nftables");
        var ipvs = fields.Object("ipvs");
        var mode = Mode(fields);
        var configuration = new ProxyConfiguration
        {
            Mode = mode,
            SyncPeriod = SyncPeriod(mode, iptables, ipvs, nftables),
            Settings = Settings(fields, iptables, nftables),
            Ipvs = Ipvs(ipvs),
            Maglev = Maglev(fields.Object("ebpf")),
            HealthzBindAddress = Bind(fields, "healthzBindAddress", ProxyConfiguration.Default.HealthzBindAddress),
            MetricsBindAddress = Bind(fields, "metricsBindAddress", ProxyConfiguration.Default.MetricsBindAddress),
        };
        if (configuration.MetricsBindAddress == configuration.HealthzBindAddress) fields.Wrong("metricsBindAddress", $"\"{configuration.MetricsBindAddress}\" is the healthzBindAddress already");
        fields.Ignore("featureGates", "clientConnection", "logging", "hostnameOverride", "bindAddress", "bindAddressHardFail",
            "enableProfiling", "showHiddenMetricsForVersion", "detectLocalMode", "detectLocal", "clusterCIDR", "oomScoreAdj",
            "conntrack", "configSyncPeriod", "portRange", "winkernel", "windowsRunAsService", "syncPeriod", "minSyncPeriod", "linux");
        fields.End();
        return configuration;
    }

    static void Expect(ConfigurationFields fields, string name, string value)
    {
        if (fields.Text(name, "") is var text && text != value) fields.Wrong(name, $"\"{text}\" must be {value}");
    }

    static ProxyMode Mode(ConfigurationFields fields)
    {
        switch (fields.Text("mode", ""))
        {
            case "" or "nftables": return ProxyMode.Nftables;
            case "iptables": return ProxyMode.Iptables;
            case "ipvs": return ProxyMode.Ipvs;
            case "userspace": return ProxyMode.Userspace;
            case "ebpf": return ProxyMode.Ebpf;
            case var other:
                fields.Wrong("mode", $"\"{other}\" must be nftables, iptables, ipvs, userspace or ebpf");
                return default;
        }
    }

    // The section of each mode has one; a mode that upstream does not know goes by that of nftables.
    static TimeSpan SyncPeriod(ProxyMode mode, ConfigurationFields iptables, ConfigurationFields ipvs, ConfigurationFields nftables)
    {
        var (ofIptables, ofIpvs, ofNftables) = (iptables.Duration("syncPeriod"), ipvs.Duration("syncPeriod"), nftables.Duration("syncPeriod"));
        var period = mode switch { ProxyMode.Iptables => ofIptables, ProxyMode.Ipvs => ofIpvs, _ => ofNftables };
        return period == TimeSpan.Zero ? ProxyConfiguration.Default.SyncPeriod : period;
    }

    static ProxySettings Settings(ConfigurationFields fields, ConfigurationFields iptables, ConfigurationFields nftables)
    {
        var primary = fields.Texts("nodePortAddresses") is ["primary"];
        var settings = new ProxySettings
        {
            // One answer for every mode, so that a change of mode changes no connection's way.
            MasqueradeAll = iptables.Flag("masqueradeAll", false) | nftables.Flag("masqueradeAll", false),
            LocalhostNodePorts = iptables.Flag("localhostNodePorts", true),
            NodePortOnPrimary = primary,
            NodePortAddresses = primary ? [] : fields.Ranges("nodePortAddresses"),
        };
        foreach (var rules in (ConfigurationFields[])[iptables, nftables])
        {
            if (rules.Number("masqueradeBit", MasqueradeBit) != MasqueradeBit) rules.Wrong("masqueradeBit", $"must be {MasqueradeBit}, the bit that every mode's rules use");
            rules.Ignore("minSyncPeriod");
            rules.End();
        }
        return settings;
    }

    static IpvsSettings Ipvs(ConfigurationFields fields)
    {
        var scheduler = fields.Text("scheduler", "") is { Length: > 0 } name ? name : IpvsSettings.Default.Scheduler;
        if (!IpvsSettings.Schedulers.Contains(scheduler)) fields.Wrong("scheduler", $"\"{scheduler}\" must be one of {string.Join(", ", IpvsSettings.Schedulers)}");
        var settings = new IpvsSettings
        {
            Scheduler = scheduler,
            ExcludeCidrs = fields.Ranges("excludeCIDRs"),
            StrictArp = fields.Flag("strictARP", false),
            TcpTimeout = fields.Duration("tcpTimeout"),
            TcpFinTimeout = fields.Duration("tcpFinTimeout"),
            UdpTimeout = fields.Duration("udpTimeout"),
        };
        fields.Ignore("minSyncPeriod");
        fields.End();
        return settings;
    }

    static bool Maglev(ConfigurationFields fields)
    {
        var maglev = fields.Flag("maglev", false);
        fields.End();
        return maglev;
    }

    // Empty, as kubeadm writes it, and an address without a port mean the usual ones.
    static string Bind(ConfigurationFields fields, string name, string absent)
    {
        if (fields.Text(name, "") is not { Length: > 0 } text) return absent;
        if (!IPEndPoint.TryParse(text, out var endpoint))
        {
            fields.Wrong(name, $"\"{text}\" is no address and port such as {absent}");
            return absent;
        }
        if (endpoint.Port == 0) endpoint.Port = IPEndPoint.Parse(absent).Port;
        return endpoint.ToString();
    }
}
