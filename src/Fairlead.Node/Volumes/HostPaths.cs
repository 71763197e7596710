using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Volumes;

/// <summary>hostPath volumes: checks that the path is of the type asked for, and makes it where the type says so.</summary>
static class HostPaths
{
    /// <exception cref="VolumeException">The path is not of the type.</exception>
    public static string Prepare(HostPathVolumeSource source)
    {
        var path = source.Path;
        switch (source.Type)
        {
            case "DirectoryOrCreate":
                if (!Directory.Exists(path)) Directory.CreateDirectory(path, VolumeModes.Directory);
                break;
            case "FileOrCreate":
                if (!File.Exists(path))
                {
                    File.WriteAllBytes(path, []);
                    File.SetUnixFileMode(path, (UnixFileMode)VolumeModes.File);
                }
                break;
            case "Directory" when !Directory.Exists(path): throw Mismatch("directory", path);
            case "File" when !File.Exists(path): throw Mismatch("file", path);
            case "Socket" or "CharDevice" or "BlockDevice" when !Path.Exists(path): throw Mismatch(source.Type, path);
            default: break;
        }
        return path;
    }

    static VolumeException Mismatch(string type, string path) => new($"hostPath type check failed: {path} is not a {type}");
}
