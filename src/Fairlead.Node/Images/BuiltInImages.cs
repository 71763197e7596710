namespace Fairlead.Node.Images;

/// <summary>
/// The two images that a cluster brings with it, so that it works where no registry can be reached: the pause process
/// of every Pod, and a small test image made of busybox.
/// </summary>
public static class BuiltInImages
{
    public const string Pause = "fairlead.local/pause:latest";
    public const string Test = "fairlead.local/test:latest";

    const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Everyones = Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    /// <param name="pause">The compiled pause.c, statically linked.</param>
    public static void WritePause(Stream output, string pause) =>
        Write(output, new ImageSpec { Reference = Pause, Entrypoint = ["/pause"] }, layer => layer.AddFile("pause", pause, Executable));

    /// <param name="busybox">A statically linked busybox.</param>
    /// <param name="applets">Names it answers to, as `busybox --list` prints them.</param>
    public static void WriteTest(Stream output, string busybox, IEnumerable<string> applets) =>
        Write(output, new ImageSpec { Reference = Test, Command = ["sh"] }, layer => AddTestFiles(layer, busybox, applets));

    /// <summary>Adds the files of the test image, for one that is laid on top of it.</summary>
    public static void AddTestFiles(LayerWriter layer, string busybox, IEnumerable<string> applets)
    {
        foreach (var directory in new[] { "bin", "etc", "root", "usr", "usr/bin", "var", "var/www", "proc", "sys", "dev" }) layer.AddDirectory(directory);
        layer.AddDirectory("tmp", Everyones);
        layer.AddFile("bin/busybox", busybox, Executable);
        foreach (var applet in applets.Where(a => a != "busybox").Order(StringComparer.Ordinal)) layer.AddLink("bin/" + applet, "busybox");
        layer.AddLink("usr/bin/env", "../../bin/busybox");
        layer.AddText("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n", Readable);
        layer.AddText("etc/group", "root:x:0:\nnogroup:x:65534:\n", Readable);
        layer.AddText("etc/nsswitch.conf", "hosts: files dns\n", Readable);
    }

    static void Write(Stream output, ImageSpec spec, Action<LayerWriter> fill)
    {
        using var layer = new MemoryStream();
        using (var writer = new LayerWriter(layer)) fill(writer);
        OciArchive.Write(output, spec, layer);
    }
}
