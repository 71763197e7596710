using System.Text.Json;
using Fairlead.Node.Configs;

namespace Fairlead.Node.Cri;

/// <summary>The processes that hold the namespaces of a node's Pods, as containerd knows them.</summary>
/// <param name="socketPath">containerd's socket.</param>
public sealed class SandboxProcesses(string socketPath) : IDisposable
{
    readonly CriRuntime runtime = new(socketPath);

    /// <summary>The id of the process that holds a Pod's namespaces; null if the Pod has no running sandbox on this node.</summary>
    /// <exception cref="CriException">containerd refuses.</exception>
    /// <exception cref="HttpRequestException">containerd does not answer.</exception>
    public async Task<int?> FindAsync(string ns, string name, CancellationToken cancellation)
    {
        var labels = new Dictionary<string, string> { [PodLabels.PodNamespace] = ns, [PodLabels.PodName] = name };
        var sandboxes = await runtime.ListPodSandboxesAsync(labels, cancellation).ConfigureAwait(false);
        if (sandboxes.Where(s => s.State == PodSandboxState.SandboxReady).MaxBy(s => s.CreatedAt) is not { } sandbox) return null;
        var info = await runtime.PodSandboxInfoAsync(sandbox.Id, cancellation).ConfigureAwait(false);
        if (!info.TryGetValue("info", out var json)) return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var number) && number > 0 ? number : null;
    }

    public void Dispose() => runtime.Dispose();
}
