using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Fairlead.Api.Core.V1;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>One node of the lab, with a thread of its own that lives in its network namespace.</summary>
public sealed class LabNode : IDisposable
{
    readonly BlockingCollection<Action> work = [];
    readonly Thread thread;
    int threadId;

    /// <param name="cgroupFolder">See <see cref="CgroupFolder"/>.</param>
    /// <param name="addresses">See <see cref="Addresses"/>.</param>
    internal LabNode(int number, NetworkNamespace space, string? cgroupFolder, IEnumerable<Address> addresses)
    {
        (Number, Space, CgroupFolder, Addresses) = (number, space, cgroupFolder, [.. addresses]);
        thread = new Thread(() => Space.Run(Loop)) { IsBackground = true, Name = Name };
        thread.Start();
    }

    /// <summary>1 or 2.</summary>
    public int Number { get; }

    public string Name => $"n{Number}";
    public string Zone => Number == 1 ? "a" : "b";
    public NetworkNamespace Space { get; }

    /// <summary>
    /// The version 2 cgroup in or below which the processes of the node and of its Pods run; null where there is no such
    /// hierarchy.
    /// </summary>
    public string? CgroupFolder { get; }

    /// <summary>The same by its path in the hierarchy.</summary>
    public string? Cgroup => CgroupFolder is null ? null : Path.GetRelativePath(new Cgroups().UnifiedRoot!, CgroupFolder);

    /// <summary>The link to the other nodes and to the world outside.</summary>
    public string Uplink => "eth0";

    /// <summary>All addresses on its links, those that no Node status mentions among them.</summary>
    public ImmutableHashSet<Address> Addresses { get; }

    /// <summary>The node as the API has it.</summary>
    public Node Node => new()
    {
        Metadata = new() { Name = Name, Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = Zone } },
        Status = new() { Addresses = [.. ((bool[])[false, true]).Select(v6 => new NodeAddress { Type = "InternalIP", Address = LabPlan.Node(Number, v6).ToString() })] },
    };

    /// <summary>The objects as this node's agent knows them.</summary>
    public ClusterSnapshot Seen(ClusterSnapshot cluster) => cluster with { LocalAddresses = Addresses };

    /// <summary>Runs a function on the node's thread and gives its result; what it throws comes through.</summary>
    public T Run<T>(Func<T> inside)
    {
        if (Environment.CurrentManagedThreadId == threadId) return inside();
        using var done = new ManualResetEventSlim();
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        work.Add(() =>
        {
            try
            {
                result = inside();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result!;
    }

    /// <summary>Runs an action on the node's thread.</summary>
    public void Run(Action inside) => Run(() =>
    {
        inside();
        return true;
    });

    /// <summary>Ends all flows that the node's kernel tracks: a new connection of the same ports would be taken for one of them.</summary>
    public void ForgetFlows() => Run(() =>
    {
        using var flows = new ConntrackTable();
        flows.Remove(0, _ => true);
    });

    void Loop()
    {
        threadId = Environment.CurrentManagedThreadId;
        foreach (var item in work.GetConsumingEnumerable()) item();
    }

    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }
}
