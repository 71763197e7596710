using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;

namespace Fairlead.Network.Tests.Configuration;

/// <summary>What a KubeProxyConfiguration says, and what is wrong with one.</summary>
public class ProxyConfigurationTests
{
    const string Head = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

    [Fact]
    public void AbsentFieldsHaveTheirDefaults()
    {
        Assert.Equal(ProxyConfiguration.Default, ProxyConfigurationReader.Read(Head, out var errors));
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("nftables", ProxyMode.Nftables)]
    [InlineData("iptables", ProxyMode.Iptables)]
    [InlineData("ipvs", ProxyMode.Ipvs)]
    [InlineData("userspace", ProxyMode.Userspace)]
    [InlineData("ebpf", ProxyMode.Ebpf)]
    [InlineData("\"\"", ProxyMode.Nftables)]
    public void ModesAreReadByName(string text, ProxyMode mode) =>
        Assert.Equal(mode, ProxyConfigurationReader.Read($"{Head}mode: {text}\n", out _)?.Mode);

    [Fact]
    public void AConfigurationAsKubeadmWritesItIsTaken()
    {
        var read = ProxyConfigurationReader.Read(Head + """
            bindAddress: 0.0.0.0
            clientConnection: { acceptContentTypes: "", burst: 0, kubeconfig: /var/lib/kube-proxy/kubeconfig.conf, qps: 0 }
            clusterCIDR: 10.244.0.0/16
            conntrack: { maxPerCore: null, min: null, tcpCloseWaitTimeout: null }
            enableProfiling: false
            healthzBindAddress: ""
            metricsBindAddress: 0.0.0.0:10249
            iptables: { localhostNodePorts: false, masqueradeAll: true, masqueradeBit: 14, minSyncPeriod: 0s, syncPeriod: 0s }
            ipvs: { excludeCIDRs: [192.0.2.0/24], scheduler: wlc, strictARP: true, tcpTimeout: 15m, tcpFinTimeout: 1m30s, udpTimeout: 0s }
            mode: ipvs
            nodePortAddresses: [198.51.100.0/24, "2001:db8::/32"]
            """, out var errors);

        Assert.Empty(errors);
        Assert.Equal(new ProxyConfiguration
        {
            Mode = ProxyMode.Ipvs,
            HealthzBindAddress = "0.0.0.0:10256",
            MetricsBindAddress = "0.0.0.0:10249",
            Settings = new() { MasqueradeAll = true, NodePortAddresses = [AddressRange.Parse("198.51.100.0/24"), AddressRange.Parse("2001:db8::/32")] },
            Ipvs = new()
            {
                Scheduler = "wlc", StrictArp = true, ExcludeCidrs = [AddressRange.Parse("192.0.2.0/24")],
                TcpTimeout = TimeSpan.FromMinutes(15), TcpFinTimeout = TimeSpan.FromSeconds(90),
            },
        }, read);
    }

    [Theory]
    [InlineData("", "0.0.0.0:10256")]
    [InlineData("healthzBindAddress: 192.0.2.1", "192.0.2.1:10256")]
    [InlineData("healthzBindAddress: \"::\"", "[::]:10256")]
    [InlineData("healthzBindAddress: \"[2001:db8::1]:80\"", "[2001:db8::1]:80")]
    public void AnAddressWithoutAPortHasTheUsualOne(string line, string address) =>
        Assert.Equal(address, ProxyConfigurationReader.Read(Head + line + "\n", out _)?.HealthzBindAddress);

    [Theory]
    [InlineData("", 30)]
    [InlineData("nftables: { syncPeriod: 5s }", 5)]
    [InlineData("mode: ebpf\nnftables: { syncPeriod: 5s }", 5)]
    [InlineData("mode: ipvs\nnftables: { syncPeriod: 5s }\nipvs: { syncPeriod: 1m }", 60)]
    [InlineData("mode: iptables\niptables: { syncPeriod: 0s }", 30)]
    public void TheSyncPeriodIsThatOfTheMode(string lines, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ProxyConfigurationReader.Read(Head + lines + "\n", out _)?.SyncPeriod);

    [Fact]
    public void PrimaryNamesTheNodesOwnAddresses() =>
        Assert.True(ProxyConfigurationReader.Read(Head + "nodePortAddresses: [primary]\n", out _)?.Settings is { NodePortOnPrimary: true, NodePortAddresses.IsEmpty: true });

    [Theory]
    [InlineData("mode: iptable", "mode: \"iptable\" must be nftables, iptables, ipvs, userspace or ebpf")]
    [InlineData("mod: ipvs", "unknown field \"mod\"")]
    [InlineData("ipvs: { shceduler: rr }", "unknown field \"ipvs.shceduler\"")]
    [InlineData("ipvs: { scheduler: fastest }", "ipvs.scheduler: \"fastest\" must be one of rr, wrr, lc, wlc, dh, sh, mh, sed, nq, lblc, lblcr, fo, ovf")]
    [InlineData("ipvs: { tcpTimeout: 15 minutes }", "ipvs.tcpTimeout: \"15 minutes\" is no duration such as 30s or 15m")]
    [InlineData("ipvs: rr", "ipvs: must be an object")]
    [InlineData("nodePortAddresses: [192.0.2.1]", "nodePortAddresses: \"192.0.2.1\" is no address range such as 192.0.2.0/24")]
    [InlineData("nodePortAddresses: 192.0.2.0/24", "nodePortAddresses: must be a list of strings")]
    [InlineData("iptables: { masqueradeAll: 1 }", "iptables.masqueradeAll: must be true or false")]
    [InlineData("iptables: { masqueradeBit: 15 }", "iptables.masqueradeBit: must be 14, the bit that every mode's rules use")]
    [InlineData("metricsBindAddress: 0.0.0.0:10256", "metricsBindAddress: \"0.0.0.0:10256\" is the healthzBindAddress already")]
    [InlineData("healthzBindAddress: localhost", "healthzBindAddress: \"localhost\" is no address and port such as 0.0.0.0:10256")]
    [InlineData("mode: ipvs\nmode: iptables", "line 4: key \"mode\" already set in map")]
    public void WhatIsWrongIsNamed(string body, string error)
    {
        Assert.Null(ProxyConfigurationReader.Read(Head + body + "\n", out var errors));
        Assert.Contains(error, errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("{ not closed")]
    [InlineData("kind: KubeletConfiguration")]
    public void WhatIsNoConfigurationIsRefused(string text)
    {
        Assert.Null(ProxyConfigurationReader.Read(text, out var errors));
        Assert.NotEmpty(errors);
    }

    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("250ms", 0.25)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("-1.5s", -1.5)]
    [InlineData("", null)]
    [InlineData("5", null)]
    [InlineData("s", null)]
    [InlineData("1.2.3s", null)]
    [InlineData("99999999999h", null)]
    public void DurationsAreGosOwn(string text, double? seconds) =>
        Assert.Equal(seconds, GoDuration.TryParse(text, out var duration) ? duration.TotalSeconds : null);
}
