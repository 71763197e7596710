using Fairlead.Client.Https;

namespace Fairlead.Client.Tests;

/// <summary>Files that hold secrets.</summary>
public sealed class SafeFileTests : IDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly string folder = Directory.CreateTempSubdirectory("fl-safe-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_is_its_owners_alone_whatever_was_there_before()
    {
        var path = Path.Combine(folder, "key.pem");
        File.WriteAllText(path, "an older and longer content");
        File.SetUnixFileMode(path, Owner | UnixFileMode.OtherRead);
        // What was left by one that was killed.
        File.WriteAllText(path + ".part", "half");
        File.SetUnixFileMode(path + ".part", Owner | UnixFileMode.OtherRead);
        SafeFile.Write(path, "secret");
        Assert.Equal("secret", File.ReadAllText(path));
        Assert.Equal(Owner, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void What_cannot_be_written_whole_leaves_what_was_there()
    {
        var path = Path.Combine(folder, "key.pem");
        SafeFile.Write(path, "secret");
        Directory.CreateDirectory(path + ".part");
        Assert.ThrowsAny<SystemException>(() => SafeFile.Write(path, "other"));
        Assert.Equal("secret", File.ReadAllText(path));
    }
}
