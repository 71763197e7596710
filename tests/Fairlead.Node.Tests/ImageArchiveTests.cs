using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fairlead.Node.Images;

namespace Fairlead.Node.Tests;

public sealed class ImageArchiveTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("fl-image-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A row: files of a tar as name=content, and the references or the complaint.
    public static readonly TheoryData<string, string[], string> Archives = new()
    {
        { "docker", ["manifest.json=[{\"RepoTags\":[\"busybox:1\",\"busybox:2\"]},{\"RepoTags\":[\"app:v1\"]}]"], "busybox:1 busybox:2 app:v1" },
        { "OCI with containerd's name", ["oci-layout={}", "index.json={\"manifests\":[{\"annotations\":{\"io.containerd.image.name\":\"a.b/c:d\",\"org.opencontainers.image.ref.name\":\"d\"}}]}"], "a.b/c:d" },
        { "OCI with a whole name", ["./index.json={\"manifests\":[{\"annotations\":{\"org.opencontainers.image.ref.name\":\"a.b/c:d\"}}]}"], "a.b/c:d" },
        { "OCI with a mere tag", ["index.json={\"manifests\":[{\"annotations\":{\"org.opencontainers.image.ref.name\":\"d\"}}]}"], "! holds an image without a name" },
        { "both: OCI's table counts", ["manifest.json=[{\"RepoTags\":[\"x:1\"]}]", "index.json={\"manifests\":[{\"annotations\":{\"io.containerd.image.name\":\"y:1\"}}]}"], "y:1" },
        { "docker without names", ["manifest.json=[{\"RepoTags\":null}]"], "! holds an image without a name" },
        { "another tar", ["etc/passwd=root"], "! is a tar file, and no image" },
        { "a broken table", ["manifest.json=[{"], "! is no tar file, or a damaged one" },
        { "a table of another shape", ["manifest.json={\"RepoTags\":1}"], "! has a table of contents" },
        { "names of another shape", ["manifest.json=[{\"RepoTags\":[1]}]"], "! has a table of contents" },
        { "null as a table", ["manifest.json=null"], "! is a tar file, and no image" },
    };

    [Theory]
    [MemberData(nameof(Archives))]
    public void SaysWhichImagesAnArchiveHolds(string row, string[] files, string expected)
    {
        using var plain = Tar(files);
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain.ToArray());
        foreach (var archive in new[] { plain, zipped })
        {
            if (!expected.StartsWith("! ", StringComparison.Ordinal)) Assert.Equal((row, expected), (row, string.Join(' ', ImageArchive.References(archive))));
            else Assert.Contains(expected[2..], Assert.Throws<InvalidDataException>(() => ImageArchive.References(archive)).Message);
        }
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("text", "this is no image, and no tar file either")]
    [InlineData("text as long as a tar header", "x*600")]
    [InlineData("cut gzip", "\u001f\u008b\b")]
    public void RefusesOtherFiles(string row, string content)
    {
        var bytes = Encoding.Latin1.GetBytes(content == "x*600" ? new string('x', 600) : content);
        var message = Assert.Throws<InvalidDataException>(() => ImageArchive.References(new MemoryStream(bytes))).Message;
        Assert.True(message.StartsWith("is no", StringComparison.Ordinal) || message.StartsWith("is a tar file, and no", StringComparison.Ordinal), $"{row}: {message}");
    }

    [Fact]
    public void AnArchiveThatWeWriteIsRead()
    {
        using var archive = new MemoryStream();
        using var low = Layer(l => l.AddText("a", "1", UnixFileMode.UserRead));
        using var high = Layer(l => l.AddText("b", "2", UnixFileMode.UserRead));
        OciArchive.Write(archive, new() { Reference = "fairlead.local/app:v1" }, low, high);
        Assert.Equal(["fairlead.local/app:v1"], ImageArchive.References(archive));
        archive.Position = 0;
        using var tar = new TarReader(archive);
        var blobs = 0;
        while (tar.GetNextEntry() is { } entry) if (entry.Name.StartsWith("blobs/sha256/", StringComparison.Ordinal)) blobs++;
        Assert.Equal(4, blobs); // manifest, config, two layers
    }

    [Fact]
    public void AFolderIsTakenAsItIs()
    {
        Directory.CreateDirectory(folder + "/bin/deep");
        File.WriteAllText(folder + "/bin/deep/.hidden", "x");
        File.WriteAllText(folder + "/bin/run", "#!", Encoding.ASCII);
        File.SetUnixFileMode(folder + "/bin/run", UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser);
        File.CreateSymbolicLink(folder + "/loop", ".");
        File.CreateSymbolicLink(folder + "/nowhere", "/no/such/file");
        using var layer = Layer(l => l.AddFolder(folder));
        layer.Position = 0;
        using var tar = new TarReader(layer);
        var seen = new List<string>();
        while (tar.GetNextEntry() is { } e)
        {
            Assert.Equal((0, 0), (e.Uid, e.Gid));
            seen.Add(e.EntryType == TarEntryType.SymbolicLink ? $"{e.Name} -> {e.LinkName}" : e.Name);
            if (e.Name == "bin/run") Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser, e.Mode);
        }
        Assert.Equal(["bin/", "bin/deep/", "bin/deep/.hidden", "bin/run", "loop -> .", "nowhere -> /no/such/file"], seen);
    }

    [Fact]
    public void TheSameFilesAreTheSameImageInAnyProcess()
    {
        var deep = string.Join('/', Enumerable.Repeat("a-name-that-is-long", 20));
        using var layer = Layer(l => l.AddText(deep, "x", UnixFileMode.UserRead));
        var text = Encoding.Latin1.GetString(layer.ToArray());
        Assert.Contains(deep, text);
        Assert.DoesNotContain("PaxHeaders", text);
        Assert.Equal(layer.ToArray(), Layer(l => l.AddText(deep, "x", UnixFileMode.UserRead)).ToArray());
    }

    [Fact]
    public void APipeIsRefusedAndNotWaitedFor()
    {
        using (var made = Process.Start("mkfifo", [folder + "/pipe"])) made.WaitForExit();
        var refused = Assert.Throws<InvalidDataException>(() => Layer(l => l.AddFolder(folder)));
        Assert.Contains(folder + "/pipe is a pipe", refused.Message);
    }

    static MemoryStream Layer(Action<LayerWriter> fill)
    {
        var layer = new MemoryStream();
        using (var writer = new LayerWriter(layer)) fill(writer);
        return layer;
    }

    static MemoryStream Tar(string[] files)
    {
        var stream = new MemoryStream();
        using var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var file in files)
        {
            var parts = file.Split('=', 2);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, parts[0]) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(parts[1])) });
        }
        return stream;
    }
}
