using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Node.Images;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead image load`: an archive of `docker save`, or an OCI one, into the containerd of every node.</summary>
public static class ImageLoadCommand
{
    static readonly Argument<string> File = new("file") { Description = "An archive made by docker save, podman save or fairlead image build; may be gzipped." };

    public static Command Create()
    {
        var command = new Command("load", "Load an image archive onto the nodes.") { File, ClusterArguments.Name, ClusterArguments.DataDir, ClusterArguments.Node };
        command.SetAction(async (arguments, cancellation) =>
        {
            await LoadAsync(arguments.GetValue(File)!, ClusterArguments.RunningNodes(arguments), cancellation).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    /// <summary>Loads the archive onto the nodes, all at once, and says what was loaded.</summary>
    /// <exception cref="CommandException">It can't be read, is no image, or a node refuses it.</exception>
    public static async Task LoadAsync(string file, IReadOnlyList<NodeLayout> nodes, CancellationToken cancellation)
    {
        var (references, compressed) = Examine(file);
        var plain = compressed ? await UnpackAsync(file, cancellation).ConfigureAwait(false) : file;
        try
        {
            await Task.WhenAll(nodes.Select(node => new NodeImages(node.Name, node.ContainerdSocket, node.RunFolder, _ => { }).ImportAsync(plain, cancellation))).ConfigureAwait(false);
        }
        finally
        {
            if (compressed) System.IO.File.Delete(plain);
        }
        foreach (var reference in references) Console.WriteLine($"Loaded {reference} onto {string.Join(", ", nodes.Select(n => n.Name))}.");
    }

    /// <summary>containerd's importer reads plain archives alone.</summary>
    static async Task<string> UnpackAsync(string file, CancellationToken cancellation)
    {
        var plain = Path.GetTempFileName();
        await using var archive = System.IO.File.OpenRead(file);
        await using var unpacked = ImageArchive.Unpacked(archive);
        await using var output = System.IO.File.Create(plain);
        await unpacked.CopyToAsync(output, cancellation).ConfigureAwait(false);
        return plain;
    }

    static (IReadOnlyList<string> References, bool Compressed) Examine(string file)
    {
        if (Directory.Exists(file)) throw new CommandException($"{file} is a folder: give an image archive, or make an image of the folder with ./fairlead image build.");
        try
        {
            using var archive = System.IO.File.OpenRead(file);
            return (ImageArchive.References(archive), ImageArchive.Unpacked(archive) != archive);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"There is no file {file}: give the path of an image archive, such as docker save makes.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException($"{file} may not be read by this user: run it with sudo, or give yourself the right to read it.");
        }
        catch (InvalidDataException e)
        {
            throw new CommandException($"{file} {e.Message}: give an archive such as docker save makes.");
        }
    }
}
