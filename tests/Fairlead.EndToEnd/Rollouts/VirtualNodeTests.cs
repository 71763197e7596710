using System.Diagnostics;
using System.Globalization;
using Fairlead.EndToEnd.Machines;

namespace Fairlead.EndToEnd.Rollouts;

/// <summary>
/// Mode ipvs, which this kernel may not have, on a node that is a virtual machine: a client whose packets to Services pass
/// through that node, to Pods on another. With FAIRLEAD_NIGHTLY=1 also in the machine whose kernel has every mode.
/// </summary>
public sealed class VirtualNodeTests(VirtualNodeCluster running, ITestOutputHelper output) : IClassFixture<VirtualNodeCluster>
{
    // While a mode is changed an emulated machine has no processor left for packets, which wait.
    const string Patience = "30";
    static readonly TimeSpan Dwell = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task No_request_fails_while_Pods_are_replaced()
    {
        await using var node = await VirtualNode.StartAsync(running.Cluster);
        await ProxyModes.UseAsync(running.Kubectl, "ipvs", node);
        await using var client = await running.ClientAsync(70);
        await RolloutLoad.NoneFailsAsync(running.Kubectl, "ipvs", arguments => client.LoadAsync([running.Service, .. arguments]), output);
    }

    /// <summary>
    /// Whether it is the machine with the whole kernel; new connections a second through each of two ways, beside 100 open
    /// ones; the other modes of its kernel.
    /// </summary>
    public static TheoryData<bool, string, string[]> Switches()
    {
        var data = new TheoryData<bool, string, string[]> { { false, "500", ["iptables"] } };
        if (Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1") data.Add(true, "250", ["iptables", "nftables", "ebpf", "userspace"]);
        return data;
    }

    [Theory, MemberData(nameof(Switches))]
    public async Task No_request_fails_and_no_connection_is_lost_when_the_mode_changes(bool whole, string rate, string[] others)
    {
        await using var node = await VirtualNode.StartAsync(running.Cluster, whole);
        await ProxyModes.UseAsync(running.Kubectl, "ipvs", node);
        var nodePort = $"{running.Cluster.AddressOf(VirtualNode.HostNumber)}:{await WebDeployment.NodePortAsync(running.Kubectl)}";
        var hosts = 70;
        foreach (var mode in others.SelectMany(o => (string[])[o, "ipvs"]))
        {
            // Others for each switch and each Service: IPVS itself confuses connections of one client that have the same port.
            await using var inside = await running.ClientAsync(++hosts);
            await using var outside = await running.ClientAsync(++hosts);
            var watch = Stopwatch.StartNew();
            using var openInside = await inside.LoadAsync(running.Service, "100", "open", "http", Patience);
            using var newInside = await inside.LoadAsync(running.Service, rate, "new", "http", Patience);
            using var openOutside = await outside.LoadAsync(nodePort, "100", "open", "http", Patience);
            using var newOutside = await outside.LoadAsync(nodePort, rate, "new", "http", Patience);
            await Task.Delay(Dwell);
            await ProxyModes.UseAsync(running.Kubectl, mode, node);
            await Task.Delay(Dwell);
            foreach (var (kind, load) in new[] { ("open to the Service", openInside), ("new to the Service", newInside), ("open to the node port", openOutside), ("new to the node port", newOutside) })
            {
                var result = await load.EndAsync();
                var line = string.Create(CultureInfo.InvariantCulture, $"to mode {mode} in {watch.Elapsed.TotalSeconds:F0} s, {kind}: {result.Line}");
                output.WriteLine(line);
                Assert.True(result.Failed == 0, line);
                Assert.True(result.Sent > 100, "only " + line);
            }
        }
    }
}

/// <summary>A node with <see cref="WebDeployment"/>, to be joined by a <see cref="VirtualNode"/>.</summary>
public sealed class VirtualNodeCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; } = new("e2e-vm", 5);
    internal Kubectl Kubectl => Cluster.Kubectl;

    /// <summary>Address and port of the Service.</summary>
    internal string Service { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await Run.FairleadAsync("down", "--name", Cluster.Name);
        await Cluster.UpAsync(1);
        // An emulated node may learn of a change a little later than others.
        await WebDeployment.ApplyAsync(Cluster, leaving: 5);
        Service = await WebDeployment.ClusterAddressAsync(Kubectl);
    }

    public async ValueTask DisposeAsync() => await Cluster.DownAsync();

    /// <summary>A host that goes to Services through the <see cref="VirtualNode"/>.</summary>
    internal Task<OutsideClient> ClientAsync(int number) => OutsideClient.CreateAsync(Cluster, number, VirtualNode.HostNumber);
}
