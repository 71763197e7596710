using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Switching;

/// <summary>The order in which data planes are exchanged, told by data planes that write down what is asked of them.</summary>
public sealed class ModeSwitchTests : IDisposable
{
    readonly List<string> calls = [], told = [], made = [];
    readonly HashSet<string> refusing = [], holding = [];
    string? ipvsLacks, nftablesLacks;
    readonly NodeServices services = new("n1");
    readonly ModeSwitch mode;

    public ModeSwitchTests()
    {
        DataplaneEntry Entry(ProxyMode mode) => new(mode, (_, _) =>
        {
            made.Add(mode.ToString().ToLowerInvariant());
            return new Recorded(this, made[^1]);
        });
        mode = new(new("n1", [])
        {
            Catalog =
            [
                Entry(ProxyMode.Nftables) with { Lacks = () => nftablesLacks, Instead = ProxyMode.Iptables }, Entry(ProxyMode.Iptables),
                Entry(ProxyMode.Ebpf) with { Lacks = () => nftablesLacks },
                Entry(ProxyMode.Ipvs) with { Lacks = () => ipvsLacks, Instead = ProxyMode.Iptables, MadeFrom = c => c.Ipvs },
            ],
        }, services, (type, reason, message) => told.Add($"{type} {reason}: {message}"));
    }

    string Follow(ProxyMode wished, string scheduler = "rr")
    {
        calls.Clear();
        mode.Follow(new() { Mode = wished, Ipvs = new() { Scheduler = scheduler } });
        return string.Join(", ", calls);
    }

    [Fact]
    public void TheFirstServesAndLeftoversOfOthersGo() =>
        Assert.Equal("nftables converges, iptables retires, iptables disposed, ebpf retires, ebpf disposed, ipvs retires, ipvs disposed", Follow(ProxyMode.Nftables));

    [Fact]
    public void TheNextServesBeforeTheOneInUseRetires()
    {
        Follow(ProxyMode.Nftables);
        Assert.Equal("iptables converges, nftables retires, nftables disposed", Follow(ProxyMode.Iptables));
        Assert.Equal("", Follow(ProxyMode.Iptables));
        Assert.Contains("Normal ProxyModeChanged: serving by mode iptables instead of nftables", told);
    }

    [Fact]
    public void OneThatHoldsConnectionsIsAskedAgain()
    {
        holding.Add("nftables");
        Follow(ProxyMode.Nftables);
        Follow(ProxyMode.Iptables);
        Assert.True(mode.IsUnsettled);
        holding.Clear();
        Assert.Equal("nftables retires, nftables disposed", Follow(ProxyMode.Iptables));
        Assert.False(mode.IsUnsettled);
    }

    [Fact]
    public void OneThatHoldsConnectionsComesBackIntoService()
    {
        holding.Add("nftables");
        Follow(ProxyMode.Nftables);
        Follow(ProxyMode.Iptables);
        Assert.Equal("nftables converges, iptables retires, iptables disposed", Follow(ProxyMode.Nftables));
        Assert.Equal(1, made.Count(m => m == "nftables"));
        Assert.False(mode.IsUnsettled);
    }

    [Fact]
    public void OneThatIsRefusedLeavesTheOneInUse()
    {
        Follow(ProxyMode.Nftables);
        refusing.Add("iptables");
        Assert.Equal("iptables converges, iptables retires, iptables disposed", Follow(ProxyMode.Iptables));
        Assert.True(mode.IsUnsettled);
        Follow(ProxyMode.Iptables);
        Assert.Single(told, t => t.StartsWith("Warning ProxyModeFailed: mode iptables could not be brought in, nftables stays", StringComparison.Ordinal));
        refusing.Clear();
        Assert.Equal("iptables converges, nftables retires, nftables disposed", Follow(ProxyMode.Iptables));
        Assert.False(mode.IsUnsettled);
    }

    [Fact]
    public void WhereTheKernelLacksIpvsIptablesServesAndItIsSaid()
    {
        ipvsLacks = "no module ip_vs";
        Follow(ProxyMode.Nftables);
        Assert.Equal("iptables converges, nftables retires, nftables disposed", Follow(ProxyMode.Ipvs));
        Assert.Contains("Warning ProxyModeUnsupported: mode ipvs needs what this kernel lacks, serving by iptables instead: no module ip_vs", told);
    }

    [Fact]
    public void WhereTheKernelLacksWhatWouldServeInsteadTheNextOneServes()
    {
        nftablesLacks = "no nftables of family ip";
        Follow(ProxyMode.Ipvs);
        Assert.Equal("iptables converges, ipvs retires, ipvs disposed", Follow(ProxyMode.Ebpf));
        Assert.Contains("Warning ProxyModeUnsupported: mode ebpf needs what this kernel lacks, serving by iptables instead: no nftables of family ip", told);
    }

    [Fact]
    public void AChangeWithinAModeIsTakenOverInPlace()
    {
        Follow(ProxyMode.Ipvs);
        Assert.Equal("ipvs converges, ipvs disposed", Follow(ProxyMode.Ipvs, "lc"));
        Assert.Equal("nftables converges, ipvs retires, ipvs disposed", Follow(ProxyMode.Nftables, "lc"));
    }

    public void Dispose()
    {
        mode.Dispose();
        services.Dispose();
    }

    sealed class Recorded(ModeSwitchTests test, string name) : IDataplane
    {
        public int Converge(NodeTable table)
        {
            test.calls.Add(name + " converges");
            return test.refusing.Contains(name) ? throw new DataplaneException("refused") : 0;
        }

        public void Apply(TableDelta delta, NodeTable table) => test.calls.Add(name + " applies");

        public bool Retire()
        {
            test.calls.Add(name + " retires");
            return !test.holding.Contains(name);
        }

        public void Remove() => test.calls.Add(name + " removed");

        public void Dispose()
        {
            if (test.calls is not []) test.calls.Add(name + " disposed");
        }
    }
}
