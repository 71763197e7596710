using Fairlead.Node.Cri;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Logs;

/// <summary>Keeps the logs of running containers within bounds: at 10 MiB a log is put aside and a new one begun; five are kept.</summary>
sealed class LogRotation(CriRuntime runtime, Func<IEnumerable<PodWorker>> workers, TimeProvider time, Action<string> log)
{
    const long MostBytes = 10 << 20;
    const int MostFiles = 5;
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

    async Task RotateAsync(SeenContainer container, CancellationToken cancellation)
    {
        var current = new FileInfo(container.LogPath);
        if (container.LogPath.Length == 0 || !current.Exists || current.Length < MostBytes) return;
        // Named by time, so that the order of names is that of age.
        File.Move(container.LogPath, $"{container.LogPath}.{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}", overwrite: true);
        await runtime.ReopenContainerLogAsync(container.Id, cancellation).ConfigureAwait(false);
        var aside = Directory.GetFiles(current.DirectoryName!, current.Name + ".*").OrderDescending(StringComparer.Ordinal);
        foreach (var old in aside.Skip(MostFiles - 1)) File.Delete(old);
    }
}
