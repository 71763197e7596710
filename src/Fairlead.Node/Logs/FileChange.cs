namespace Fairlead.Node.Logs;

/// <summary>Waits until a file is written to (inotify).</summary>
sealed class FileChange : IDisposable
{
    readonly FileSystemWatcher watcher;
    readonly SemaphoreSlim changed = new(0, 1);

    public FileChange(string path)
    {
        watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path)) { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite };
        watcher.Changed += (_, _) =>
        {
            try { changed.Release(); }
            catch (SemaphoreFullException) { }
            catch (ObjectDisposedException) { }
        };
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>Returns at the next write, or when the bound is over (a file may be written through a path that inotify does not see).</summary>
    public Task WaitAsync(TimeSpan bound, CancellationToken cancellation) => changed.WaitAsync(bound, cancellation);

    public void Dispose()
    {
        watcher.Dispose();
        changed.Dispose();
    }
}
