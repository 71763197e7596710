using System.Formats.Tar;
using Fairlead.Linux.Files;

namespace Fairlead.Node.Images;

/// <summary>Collects files into one layer of an image: a tar file whose owners are root and whose times are zero.</summary>
public sealed class LayerWriter : IDisposable
{
    const UnixFileMode Directories = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly TarWriter tar;

    // Not pax: .NET puts the process id into the names of its headers, and the same files would be another image each time.
    /// <param name="layer">Receives the tar; left open.</param>
    public LayerWriter(Stream layer) => tar = new TarWriter(layer, TarEntryFormat.Gnu, leaveOpen: true);

    /// <summary>Adds everything in the folder, links as links; sockets, pipes and devices are refused.</summary>
    /// <exception cref="InvalidDataException">A file of a type that an image can't carry.</exception>
    public void AddFolder(string folder) => AddFolder(folder, "");

    void AddFolder(string folder, string prefix)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var name = prefix + Path.GetFileName(path);
            if (FileCalls.IsSpecial(path)) throw new InvalidDataException($"{path} is a pipe, a socket or a device, and an image carries files, directories and links");
            // Links first: they are not followed, so that one that leads back up ends nowhere.
            if (new FileInfo(path).LinkTarget is { } target) AddLink(name, target);
            else if (Directory.Exists(path))
            {
                AddDirectory(name, File.GetUnixFileMode(path));
                AddFolder(path, name + "/");
            }
            else AddFile(name, path, File.GetUnixFileMode(path));
        }
    }

    public void AddFile(string name, string source, UnixFileMode mode)
    {
        using var content = File.OpenRead(source);
        Write(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode });
    }

    public void AddText(string name, string text, UnixFileMode mode)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        Write(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = mode });
    }

    public void AddDirectory(string name, UnixFileMode mode = Directories) =>
        Write(new GnuTarEntry(TarEntryType.Directory, name + "/") { Mode = mode });

    public void AddLink(string name, string target) =>
        Write(new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target, Mode = Directories });

    public void Dispose() => tar.Dispose();

    void Write(GnuTarEntry entry)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        tar.WriteEntry(entry);
    }
}
