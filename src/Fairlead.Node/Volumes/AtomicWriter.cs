using Fairlead.Linux.Files;

namespace Fairlead.Node.Volumes;

/// <summary>A file of a volume: its bytes and its mode.</summary>
sealed record VolumeFile(ReadOnlyMemory<byte> Content, UnixFileMode Mode);

/// <summary>
/// Keeps a directory's files as a set that changes all at once: the files stand in a dated directory, <c>..data</c> is a
/// link to it, and each name that users see is a link through <c>..data</c>. A change writes a new dated directory and
/// replaces the one link, so that a reader sees either the old set or the new one. The layout is the one that programs
/// which watch mounted ConfigMaps rely on.
/// </summary>
static class AtomicWriter
{
    const string DataLink = "..data";

    /// <summary>Writes the set unless it is there already.</summary>
    /// <param name="files">By path relative to the directory; a path may have folders, and never goes up.</param>
    /// <param name="group">fsGroup, which the files are given to; null for none.</param>
    /// <returns>True if anything changed.</returns>
    public static bool Write(string directory, IReadOnlyDictionary<string, VolumeFile> files, long? group, DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        var link = Path.Combine(directory, DataLink);
        var old = new FileInfo(link).LinkTarget is { } target ? Path.Combine(directory, target) : null;
        if (old is not null && Same(old, files)) return false;

        var name = NewName(directory, now);
        var fresh = Path.Combine(directory, name);
        Fill(fresh, files, group);
        var temporary = Path.Combine(directory, "..data_tmp");
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, name);
        FileCalls.Rename(temporary, link);
        LinkNames(directory, files.Keys);
        if (old is not null && Directory.Exists(old)) Directory.Delete(old, recursive: true);
        return true;
    }

    static string NewName(string directory, DateTimeOffset now)
    {
        var stem = now.UtcDateTime.ToString("'..'yyyy_MM_dd_HH_mm_ss'.'fffffff");
        var name = stem;
        for (var i = 1; Directory.Exists(Path.Combine(directory, name)); i++) name = $"{stem}{i}";
        return name;
    }

    static void Fill(string root, IReadOnlyDictionary<string, VolumeFile> files, long? group)
    {
        MakeDirectory(root, group);
        foreach (var (path, file) in files)
        {
            var folder = root;
            foreach (var part in path.Split('/')[..^1]) MakeDirectory(folder = Path.Combine(folder, part), group);
            var full = Path.Combine(root, path);
            File.WriteAllBytes(full, file.Content.Span);
            File.SetUnixFileMode(full, file.Mode);
            if (group is { } g) FileCalls.ChangeOwner(full, -1, g);
        }
    }

    static void MakeDirectory(string path, long? group)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, group is null ? VolumeModes.Directory : VolumeModes.Directory | UnixFileMode.GroupWrite | UnixFileMode.SetGroup);
        if (group is { } g) FileCalls.ChangeOwner(path, -1, g);
    }

    // The first part of each path is what users see; the rest is reached through it.
    static void LinkNames(string directory, IEnumerable<string> paths)
    {
        var wanted = paths.Select(p => p.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            var link = Path.Combine(directory, name);
            if (new FileInfo(link).LinkTarget is null) File.CreateSymbolicLink(link, $"{DataLink}/{name}");
        }
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry.LinkTarget is not null && !entry.Name.StartsWith("..", StringComparison.Ordinal) && !wanted.Contains(entry.Name)) entry.Delete();
        }
    }

    static bool Same(string root, IReadOnlyDictionary<string, VolumeFile> files)
    {
        if (!Directory.Exists(root)) return false;
        var there = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f)).ToHashSet(StringComparer.Ordinal);
        return there.SetEquals(files.Keys)
            && files.All(f => File.GetUnixFileMode(Path.Combine(root, f.Key)) == f.Value.Mode
                && f.Value.Content.Span.SequenceEqual(File.ReadAllBytes(Path.Combine(root, f.Key))));
    }
}
