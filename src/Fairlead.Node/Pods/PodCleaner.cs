using Fairlead.Linux;

namespace Fairlead.Node.Pods;

/// <summary>Takes away what Pods leave behind.</summary>
sealed class PodCleaner(NodeContext node)
{
    /// <summary>Everything of a Pod that has ended and is gone from the API. Tried again by the caller when it throws.</summary>
    public async Task RemoveAsync(string ns, string name, string uid, PodObservation seen, CancellationToken cancellation)
    {
        foreach (var sandbox in seen.Sandboxes) await node.Runtime.RemovePodSandboxAsync(sandbox.Id, cancellation).ConfigureAwait(false);
        node.References.Release(uid);
        node.Tokens.Release(uid);
        node.Cgroups.Remove(uid);
        try
        {
            node.Volumes.TearDown(uid);
            var logs = node.Paths.Logs(ns, name, uid);
            if (Directory.Exists(logs)) Directory.Delete(logs, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException) { node.Log($"{ns}/{name}: {e.Message}"); }
    }

    /// <summary>What Pods left on the disk whose end an earlier agent did not see through.</summary>
    /// <param name="known">Uids of Pods that are in the API or still in the runtime.</param>
    public void Sweep(IReadOnlySet<string> known)
    {
        try
        {
            foreach (var uid in Names(node.Paths.Pods).Where(uid => !known.Contains(uid)))
            {
                node.Cgroups.Remove(uid);
                node.Volumes.TearDown(uid);
            }
            foreach (var logs in Names(node.Options.PodLogsDirectory).Where(name => !known.Contains(name.Split('_')[^1])))
                Directory.Delete(Path.Combine(node.Options.PodLogsDirectory, logs), recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LinuxException) { node.Log($"leftovers of pods: {e.Message}"); }

        static IEnumerable<string> Names(string directory) =>
            Directory.Exists(directory) ? [.. Directory.GetDirectories(directory).Select(d => Path.GetFileName(d))] : [];
    }

    /// <summary>
    /// Containers that neither run nor are the last one before: for each name the newest two are kept, for logs
    /// --previous and lastState; of the sandboxes the newest two.
    /// </summary>
    public async Task TrimAsync(string uid, PodObservation seen, CancellationToken cancellation)
    {
        foreach (var old in seen.Containers.GroupBy(c => c.Name).SelectMany(g => g.Skip(2)).Where(c => c.State != SeenState.Running))
        {
            await node.Runtime.RemoveContainerAsync(old.Id, cancellation).ConfigureAwait(false);
            if (old.LogPath.Length > 0) File.Delete(old.LogPath);
            var message = node.Paths.TerminationMessage(uid, old.Name, old.RestartCount);
            if (File.Exists(message)) File.Delete(message);
        }
        foreach (var old in seen.Sandboxes.Skip(2).Where(s => !s.Ready)) await node.Runtime.RemovePodSandboxAsync(old.Id, cancellation).ConfigureAwait(false);
    }
}
