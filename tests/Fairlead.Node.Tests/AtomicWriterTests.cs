using System.Text;
using Fairlead.Node.Volumes;

namespace Fairlead.Node.Tests;

public sealed class AtomicWriterTests : IDisposable
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    readonly string directory = Path.Combine(Path.GetTempPath(), $"fairlead-node-volume-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void ReplacesTheWholeSetAtOnce()
    {
        Assert.True(Write(("a", "1"), ("sub/b", "2")));
        Assert.Equal("1", File.ReadAllText(Path.Combine(directory, "a")));
        Assert.Equal("2", File.ReadAllText(Path.Combine(directory, "sub", "b")));
        Assert.Equal("..data/a", new FileInfo(Path.Combine(directory, "a")).LinkTarget);
        Assert.False(Write(("a", "1"), ("sub/b", "2")));

        Assert.True(Write(("a", "3")));
        Assert.Equal("3", File.ReadAllText(Path.Combine(directory, "a")));
        Assert.False(Path.Exists(Path.Combine(directory, "sub")));
        Assert.Single(Directory.GetDirectories(directory, "..2026*"));
    }

    bool Write(params (string Path, string Text)[] files) =>
        AtomicWriter.Write(directory, files.ToDictionary(f => f.Path, f => new VolumeFile(Encoding.UTF8.GetBytes(f.Text), VolumeModes.Of(null, null, false))), null, Now);
}
