using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Switching;

/// <summary>Both nodes of the lab with the product's own switch between modes, as their agents have it.</summary>
sealed class SwitchedNodes : IDisposable
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(200);

    sealed record Part(LabNode Node, ServiceDataplaneOptions Options, NodeServices Services, ModeSwitch Switch);

    readonly List<Part> parts = [];
    readonly List<string> told = [];

    public SwitchedNodes(Lab lab, ClusterSnapshot cluster)
    {
        foreach (var node in lab.Nodes)
        {
            parts.Add(node.Run(() =>
            {
                var options = new ServiceDataplaneOptions(node.Name, LabPlan.PodRanges) { Cgroup = node.Cgroup ?? "" };
                var services = new NodeServices(node.Name);
                services.Update(node.Seen(cluster), cluster.Services.Keys);
                return new Part(node, options, services, new ModeSwitch(options, services, (type, reason, message) => told.Add($"{type} {reason} {message}")));
            }));
        }
    }

    public ProxyMode Mode { get; private set; }

    /// <summary>Both nodes serve by the mode when this returns.</summary>
    public void Follow(ProxyMode mode)
    {
        foreach (var part in parts)
        {
            part.Node.Run(() =>
            {
                part.Switch.Follow(new() { Mode = mode });
                part.Services.EndStaleFlows();
            });
        }
        var warnings = told.Where(t => t.StartsWith("Warning", StringComparison.Ordinal)).ToList();
        Assert.True(warnings.Count == 0, string.Join('\n', warnings));
        Mode = mode;
    }

    /// <summary>Waits until no mode that served before holds anything.</summary>
    public async Task SettledAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        while (parts.Any(p => p.Switch.IsUnsettled))
        {
            await Task.Delay(Pause, limit.Token);
            Follow(Mode);
        }
    }

    /// <summary>A data plane of every other mode finds nothing of its own to take away.</summary>
    public void NothingIsLeftOfOthers()
    {
        foreach (var part in parts)
        {
            foreach (var entry in DataplaneCatalog.All.Where(e => e.Mode != Mode && e.Lacks() is null))
            {
                part.Node.Run(() =>
                {
                    using var other = entry.Create(new() { Mode = entry.Mode }, part.Options);
                    Assert.True(other.Retire(), $"{part.Node.Name}: something of mode {entry.Mode} is left");
                });
            }
        }
    }

    public void Dispose()
    {
        foreach (var part in parts)
        {
            part.Node.Run(() =>
            {
                part.Switch.Dispose();
                part.Services.Dispose();
                foreach (var entry in DataplaneCatalog.All.Where(e => e.Lacks() is null))
                {
                    using var plane = entry.Create(new(), part.Options);
                    plane.Remove();
                }
            });
        }
    }
}
