using System.Net.Sockets;
using Fairlead.Node.Volumes;

namespace Fairlead.Node.Tests;

/// <summary>What must be at a hostPath's path by its type, with the kubelet's words where it is not.</summary>
public sealed class HostPathTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("fl-hostpath-").FullName;
    readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public HostPathTests()
    {
        Directory.CreateDirectory(In("dir"));
        File.WriteAllText(In("file"), "content");
        Directory.CreateSymbolicLink(In("link"), In("dir"));
        socket.Bind(new UnixDomainSocketEndPoint(In("socket")));
    }

    public void Dispose()
    {
        socket.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("any", null, "none", null)]
    [InlineData("any, by the empty type", "", "none", null)]
    [InlineData("directory", "Directory", "dir", null)]
    [InlineData("directory behind a link", "Directory", "link", null)]
    [InlineData("no directory", "Directory", "none", "directory")]
    [InlineData("file as directory", "Directory", "file", "directory")]
    [InlineData("directory to be made", "DirectoryOrCreate", "none", null)]
    [InlineData("file in the way of a directory", "DirectoryOrCreate", "file", "directory")]
    [InlineData("file", "File", "file", null)]
    [InlineData("no file", "File", "none", "file")]
    [InlineData("directory as file", "File", "dir", "file")]
    [InlineData("socket as file", "File", "socket", "file")]
    [InlineData("file to be made", "FileOrCreate", "none", null)]
    [InlineData("directory in the way of a file", "FileOrCreate", "dir", "file")]
    [InlineData("socket", "Socket", "socket", null)]
    [InlineData("file as socket", "Socket", "file", "socket file")]
    [InlineData("no socket", "Socket", "none", "socket file")]
    [InlineData("character device", "CharDevice", "/dev/null", null)]
    [InlineData("file as character device", "CharDevice", "file", "character device")]
    [InlineData("character device as block device", "BlockDevice", "/dev/null", "block device")]
    public void ChecksTheType(string row, string? type, string name, string? wanted)
    {
        var path = In(name);
        if (wanted is null) Assert.Equal(path, HostPaths.Prepare(new() { Path = path, Type = type }));
        else Assert.Equal($"hostPath type check failed: {path} is not a {wanted}", Assert.Throws<VolumeException>(() => HostPaths.Prepare(new() { Path = path, Type = type })).Message);
        if (name == "none") Assert.Equal(type is "DirectoryOrCreate" or "FileOrCreate", Path.Exists(path));
        Assert.True(File.ReadAllText(In("file")) == "content", row);
    }

    string In(string name) => Path.Combine(directory, name);
}
