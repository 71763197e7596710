using Fairlead.Node.Images;

namespace Fairlead.Cli.Cluster;

/// <summary>An image archive made of a folder, alone or on top of the built-in test image.</summary>
public static class FolderImage
{
    /// <param name="file">The archive; replaced when it is there, and left as it was when the image can't be made.</param>
    /// <param name="folder">The root file system.</param>
    /// <param name="onTest">Lays it on top of the test image's files.</param>
    /// <exception cref="CommandException">The folder holds what an image can't carry, or may not be read.</exception>
    public static async Task WriteAsync(string file, ImageSpec spec, string folder, bool onTest, CancellationToken cancellation)
    {
        var unfinished = file + ".unfinished";
        try
        {
            // On disk, because a root file system may be larger than memory; beside the archive, where there must be room anyway.
            await using var below = Scratch(file + ".base");
            await using var own = Scratch(file + ".layer");
            if (onTest) await Task.Run(() => WriteTestLayer(below), cancellation).ConfigureAwait(false);
            await Task.Run(() => WriteLayer(own, folder), cancellation).ConfigureAwait(false);
            await using (var output = File.Create(unfinished)) await Task.Run(() => OciArchive.Write(output, spec, onTest ? [below, own] : [own]), cancellation).ConfigureAwait(false);
            File.Move(unfinished, file, overwrite: true);
        }
        catch (InvalidDataException e)
        {
            throw new CommandException($"{e.Message}: leave it out of the folder.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CommandException($"The image can't be written to {file}: {e.Message.TrimEnd('.')}. Give a place with room, and a user who may read the folder and write there.");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    static FileStream Scratch(string path) => new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    static void WriteLayer(Stream layer, string folder)
    {
        using var writer = new LayerWriter(layer);
        writer.AddFolder(folder);
    }

    static void WriteTestLayer(Stream layer)
    {
        using var writer = new LayerWriter(layer);
        NodeImages.AddTestFiles(writer);
    }
}
