using System.Formats.Tar;

namespace Fairlead.Node.Images;

/// <summary>Collects files into one layer of an image: a tar file whose owners are root and whose times are zero.</summary>
public sealed class LayerWriter : IDisposable
{
    const UnixFileMode Directories = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly TarWriter tar;

    /// <param name="layer">Receives the tar; left open.</param>
    public LayerWriter(Stream layer) => tar = new TarWriter(layer, TarEntryFormat.Pax, leaveOpen: true);

    /// <summary>Adds everything in the folder, links as links; sockets, pipes and devices are refused.</summary>
    /// <exception cref="InvalidDataException">A file of a type that an image can't carry.</exception>
    public void AddFolder(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path);
            var info = new FileInfo(path);
            if (info.LinkTarget is { } target) AddLink(name, target);
            else if (Directory.Exists(path)) AddDirectory(name, File.GetUnixFileMode(path));
            else if (info.Attributes.HasFlag(FileAttributes.Device) || info.UnixFileMode < 0)
                throw new InvalidDataException($"{path} is a device; an image carries files, directories and links");
            else AddFile(name, path, File.GetUnixFileMode(path));
        }
    }

    public void AddFile(string name, string source, UnixFileMode mode)
    {
        using var content = File.OpenRead(source);
        Write(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode });
    }

    public void AddText(string name, string text, UnixFileMode mode)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        Write(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode });
    }

    public void AddDirectory(string name, UnixFileMode mode = Directories) =>
        Write(new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = mode });

    public void AddLink(string name, string target) =>
        Write(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target, Mode = Directories });

    public void Dispose() => tar.Dispose();

    void Write(PaxTarEntry entry)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        tar.WriteEntry(entry);
    }
}
