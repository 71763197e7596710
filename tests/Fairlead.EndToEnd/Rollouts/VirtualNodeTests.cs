using Fairlead.EndToEnd.Machines;

namespace Fairlead.EndToEnd.Rollouts;

/// <summary>
/// Mode ipvs, which this kernel may not have, on a node that is a virtual machine: a client whose packets to Services pass
/// through that node, to Pods on another. With FAIRLEAD_NIGHTLY=1 also in the machine whose kernel has every mode.
/// </summary>
public sealed class VirtualNodeTests(VirtualNodeCluster running, ITestOutputHelper output) : IClassFixture<VirtualNodeCluster>
{
    [Fact]
    public async Task No_request_fails_while_Pods_are_replaced()
    {
        await using var node = await VirtualNode.StartAsync(running.Cluster);
        await ProxyModes.UseAsync(running.Kubectl, "ipvs", node);
        await using var client = await running.ClientAsync(70);
        // One after the other: the virtual machine does not carry 2,000 requests a second beside a rollout on the same processors.
        foreach (var connections in (string[])["new", "keep"])
            await RolloutLoad.NoneFailsAsync(running.Kubectl, "ipvs", arguments => client.LoadAsync([running.Service, .. arguments]), output, connections);
    }

    /// <summary>
    /// Whether it is the machine with the whole kernel; new connections a second through each of two ways, of 1,000 requests;
    /// the other modes of its kernel.
    /// </summary>
    public static TheoryData<bool, int, string[]> Switches()
    {
        var data = new TheoryData<bool, int, string[]> { { false, 500, ["iptables"] } };
        if (Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") != "1") return data;
        data.Add(true, 250, ["iptables", "nftables", "ebpf"]);
        // A proxy in .NET makes two connections of each, on an emulated processor.
        data.Add(true, 100, ["userspace"]);
        return data;
    }

    [Theory, MemberData(nameof(Switches))]
    public async Task No_request_fails_and_no_connection_is_lost_when_the_mode_changes(bool whole, int newEach, string[] others)
    {
        await using var node = await VirtualNode.StartAsync(running.Cluster, whole);
        await ProxyModes.UseAsync(running.Kubectl, "ipvs", node);
        var nodePort = $"{running.Cluster.AddressOf(VirtualNode.HostNumber)}:{await WebDeployment.NodePortAsync(running.Kubectl)}";
        await using var load = await SwitchLoad.StartAsync(running.ClientAsync, 71, [running.Service, nodePort], newEach);
        foreach (var mode in others.SelectMany(o => (string[])[o, "ipvs"]))
            output.WriteLine($"to mode {mode}: {await load.AcrossAsync(() => ProxyModes.UseAsync(running.Kubectl, mode, node))}");
        await load.EndAsync();
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
