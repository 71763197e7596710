namespace Fairlead.Client.Https;

/// <summary>Files that hold secrets, such as keys and kubeconfigs.</summary>
public static class SafeFile
{
    /// <summary>Writes the file whole or not at all, readable and writable by its owner alone (0600).</summary>
    /// <exception cref="IOException">The disk is full, or the folder is not there. Likewise UnauthorizedAccessException.</exception>
    public static void Write(string path, string text)
    {
        var part = path + ".part";
        File.Delete(part);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(part, options))
        using (var writer = new StreamWriter(file))
        {
            writer.Write(text);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }
}
