using Fairlead.Node.Cri;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Logs;

/// <summary>
/// Keeps the logs of running containers within bounds: at containerLogMaxSize a log is put aside and a new one begun, and
/// containerLogMaxFiles are kept with it.
/// </summary>
sealed class LogRotation(CriRuntime runtime, KubeletOptions options, Func<IEnumerable<PodWorker>> workers, TimeProvider time, Action<string> log)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
            foreach (var container in workers().SelectMany(w => w.Latest.Containers).Where(c => c.State == SeenState.Running))
            {
                try { await RotateAsync(container, cancellation).ConfigureAwait(false); }
                catch (Exception e) when (e is CriException or HttpRequestException or IOException or UnauthorizedAccessException) { log($"log of {container.Name}: {e.Message}"); }
            }
        }
    }

    /// <exception cref="CriException">The runtime does not begin a new log; the old one has its name again.</exception>
    internal async Task RotateAsync(SeenContainer container, CancellationToken cancellation)
    {
        if (container.LogPath.Length == 0) return;
        var current = new FileInfo(container.LogPath);
        if (!current.Exists || current.Length < options.ContainerLogMaxSize) return;
        // Named by time, so that the order of names is that of age.
        var put = $"{container.LogPath}.{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}";
        File.Move(container.LogPath, put, overwrite: true);
        try { await runtime.ReopenContainerLogAsync(container.Id, cancellation).ConfigureAwait(false); }
        catch
        {
            // It is written on: without its name nobody would look at its size again.
            if (!File.Exists(container.LogPath)) File.Move(put, container.LogPath);
            throw;
        }
        // Not by a pattern: NAME.* would be NAME too, and the log that is written the oldest of all.
        var aside = Directory.GetFiles(current.DirectoryName!).Where(f => f.StartsWith(container.LogPath + ".", StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal);
        foreach (var old in aside.Skip(options.ContainerLogMaxFiles - 1)) File.Delete(old);
    }
}
