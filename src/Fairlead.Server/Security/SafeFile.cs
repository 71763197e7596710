namespace Fairlead.Server.Security;

/// <summary>Files that hold secrets.</summary>
static class SafeFile
{
    /// <summary>Writes the file whole or not at all, readable and writable by its owner alone (0600).</summary>
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
