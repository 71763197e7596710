using Fairlead.Api.Core.V1;
using Fairlead.Linux.Files;

namespace Fairlead.Node.Volumes;

/// <summary>hostPath volumes: checks that the path is of the type asked for, and makes it where the type says so.</summary>
static class HostPaths
{
    /// <exception cref="VolumeException">The path is not of the type.</exception>
    public static string Prepare(HostPathVolumeSource source)
    {
        var path = source.Path;
        if (source.Type is null or "") return path;
        if (!Path.Exists(path)) Make(source.Type, path);
        var (kind, name) = source.Type switch
        {
            "Directory" or "DirectoryOrCreate" => (FileKind.Directory, "directory"),
            "File" or "FileOrCreate" => (FileKind.Regular, "file"),
            "Socket" => (FileKind.Socket, "socket file"),
            "CharDevice" => (FileKind.CharacterDevice, "character device"),
            "BlockDevice" => (FileKind.BlockDevice, "block device"),
            _ => throw new VolumeException($"{source.Type} is an invalid volume type"),
        };
        return Path.Exists(path) && FileCalls.KindOf(path) == kind ? path
            : throw new VolumeException($"hostPath type check failed: {path} is not a {name}");
    }

    static void Make(string type, string path)
    {
        if (type == "DirectoryOrCreate") Directory.CreateDirectory(path, VolumeModes.Directory);
        if (type != "FileOrCreate") return;
        File.WriteAllBytes(path, []);
        File.SetUnixFileMode(path, (UnixFileMode)VolumeModes.File);
    }
}
