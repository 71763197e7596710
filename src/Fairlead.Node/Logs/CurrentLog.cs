namespace Fairlead.Node.Logs;

/// <summary>A container's log as it is read, across its being put aside and begun anew.</summary>
sealed class CurrentLog(string path) : IDisposable
{
    public FileStream Stream { get; private set; } = Open(path);

    /// <summary>At the end of what is open: opens the file that has the name now, if it is another one.</summary>
    public bool Reopen()
    {
        var named = new FileInfo(path);
        if (!named.Exists) return false;
        // Logs only grow: the same file, measured afterwards, is no shorter than it was under its name, and what was
        // read of it is there.
        if (named.Length >= Stream.Position && Stream.Length >= named.Length) return false;
        Stream.Dispose();
        Stream = Open(path);
        return true;
    }

    public void Dispose() => Stream.Dispose();

    static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
