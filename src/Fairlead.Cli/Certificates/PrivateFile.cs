namespace Fairlead.Cli.Certificates;

/// <summary>Files that only their owner may read.</summary>
public static class PrivateFile
{
    /// <summary>Writes the whole file in one step, with mode 0600 from its first byte.</summary>
    public static void Write(string path, string text)
    {
        var made = path + ".new";
        File.Delete(made);
        using (var file = new FileStream(made, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(file))
        {
            writer.Write(text);
        }
        File.Move(made, path, overwrite: true);
    }
}
