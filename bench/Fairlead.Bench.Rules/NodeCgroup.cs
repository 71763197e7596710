using Fairlead.Linux.Processes;

namespace Fairlead.Bench.Rules;

/// <summary>A cgroup that this process is in as long as it lives, and that goes with it.</summary>
sealed class NodeCgroup : IDisposable
{
    readonly Cgroups cgroups = new();

    public NodeCgroup(string name)
    {
        Name = name;
        cgroups.Make(name);
        Enter(name);
    }

    public string Name { get; }

    public void Dispose()
    {
        Enter("");
        cgroups.TryRemove(Name);
    }

    void Enter(string name) => File.WriteAllText(Path.Combine(cgroups.UnifiedRoot!, name, "cgroup.procs"), $"{Environment.ProcessId}");
}
