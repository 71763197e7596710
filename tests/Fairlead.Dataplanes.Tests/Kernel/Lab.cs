using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// Two nodes with two Pods each, a host outside and a world beyond, as network namespaces; <see cref="LabPlan"/> draws
/// them. Each Pod, node and host is a process of its own, in its namespace and in its node's cgroup. Every node runs a data
/// plane of its own; <see cref="Use"/> says of which mode. Needs root.
/// </summary>
public sealed class Lab : IAsyncLifetime
{
    static int labs;

    readonly string name = $"dataplane-{Environment.ProcessId}-{Interlocked.Increment(ref labs)}";
    readonly List<Probe> probes = [];
    readonly Cgroups cgroups = new();
    readonly LabNetwork network;
    Planes? planes;

    public Lab()
    {
        network = new(name + "-");
        Nodes = [.. Enumerable.Range(1, 2).Select(n => new LabNode(n, network[$"n{n}"], CgroupOf($"n{n}"), network.AddressesOf($"n{n}")))];
        var senders = new List<Sender>();
        for (var n = 1; n <= LabPlan.Pods; n++)
        {
            var node = Node(LabPlan.NodeOf(n));
            var probe = Start($"pod{n}", CgroupOf($"{node.Name}/pod{n}"), [LabPlan.Pod(n, false), LabPlan.Pod(n, true)], LabPlan.PodPorts);
            senders.Add(new($"pod{n}", SenderPlace.Pod, node.Number, probe, node));
        }
        foreach (var node in Nodes) senders.Add(new(node.Name, SenderPlace.Node, node.Number, Start(node.Name, CgroupOf(node.Name + "/host"), [], []), node));
        var outside = Start("outside", null, [], []);
        foreach (var node in Nodes) senders.Add(new($"outside{node.Number}", SenderPlace.Outside, node.Number, outside, node));
        Senders = senders;
        Start("world", null, LabPlan.Virtual, LabPlan.ServicePorts);
    }

    public IReadOnlyList<LabNode> Nodes { get; }

    /// <summary>pod1 to pod4, n1, n2, and the host outside as outside1 and outside2: through which node it reaches Services.</summary>
    public IReadOnlyList<Sender> Senders { get; }

    public LabNode Node(int number) => Nodes[number - 1];

    public Sender this[string sender] => Senders.First(s => s.Name == sender);

    /// <summary>The node that has an address on one of its links, or null.</summary>
    public LabNode? OwnerOf(Address address) => Nodes.FirstOrDefault(n => n.Addresses.Contains(address));

    /// <summary>The data planes of a mode, in the state that the last user of the same mode left; those of another mode are removed.</summary>
    public Planes Use(Mode mode)
    {
        if (planes?.Mode == mode) return planes;
        Clear();
        return planes = new(this, mode);
    }

    /// <summary>See <see cref="LabNode.ForgetFlows"/>.</summary>
    public void ForgetFlows()
    {
        foreach (var node in Nodes) node.ForgetFlows();
    }

    /// <summary>Removes the data planes, whichever there are.</summary>
    public void Clear()
    {
        planes?.Remove();
        planes?.Dispose();
        planes = null;
    }

    public async ValueTask InitializeAsync() => await Task.WhenAll(probes.Select(p => p.Ready));

    Probe Start(string space, string? cgroupFolder, IReadOnlyCollection<Address> addresses, IReadOnlyCollection<int> ports)
    {
        var probe = new Probe(network[space].Path, cgroupFolder, addresses, ports);
        probes.Add(probe);
        return probe;
    }

    string? CgroupOf(string path)
    {
        if (cgroups.UnifiedRoot is null) return null;
        return Directory.CreateDirectory(cgroups.UnifiedPath($"{name}/{path}")).FullName;
    }

    public ValueTask DisposeAsync()
    {
        Clear();
        foreach (var probe in probes) probe.Dispose();
        foreach (var node in Nodes) node.Dispose();
        network.Dispose();
        cgroups.TryRemove(name);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The tests that share one lab, and so run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class KernelCollection : ICollectionFixture<Lab>
{
    public const string Name = "kernel";
}
