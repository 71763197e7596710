namespace Fairlead.Node.Logs;

/// <summary>A container's log as it is read, across its being put aside and begun anew.</summary>
sealed class CurrentLog(string path) : IDisposable
{
    public FileStream Stream { get; private set; } = Open(path);

    /// <summary>At the end of what is open: whether another file has the name by now.</summary>
    public bool IsPutAside()
    {
        var named = new FileInfo(path);
        // Logs only grow: the same file, measured afterwards, is no shorter than it was under its name, and what was
        // read of it is there.
        return named.Exists && !(named.Length >= Stream.Position && Stream.Length >= named.Length);
    }

    /// <summary>Opens the file that has the name now, and drops what is left of the other.</summary>
    public void Reopen()
    {
        Stream.Dispose();
        Stream = Open(path);
    }

    public void Dispose() => Stream.Dispose();

    static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
