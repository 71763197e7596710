using System.Collections.Concurrent;
using Fairlead.Server.Subresources;

namespace Fairlead.Cli.Commands;

/// <summary>The components that run in the server's process, for `kubectl get componentstatuses`. One that waits for its Lease is healthy, as upstream.</summary>
sealed class RunningComponents
{
    readonly ConcurrentDictionary<string, Task> tasks = new(StringComparer.Ordinal);

    /// <summary>Takes note of a component and returns it.</summary>
    public Task Add(string name, Task component) => tasks[name] = component;

    public ComponentProbe Probe(string name) => new(name, _ => new(tasks.GetValueOrDefault(name) is { IsCompleted: false } ? null : $"the {name} of this server does not run"));
}
