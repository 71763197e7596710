using System.CommandLine;
using System.Text.Json;
using Fairlead.Cli.Cluster;
using Fairlead.Node.Images;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead image build`: an image whose root file system is a folder.</summary>
public static class ImageBuildCommand
{
    static readonly Argument<string> Folder = new("folder") { Description = "The root file system. Its files will be root's; their modes are kept." };
    static readonly Option<string> Tag = new("--tag", "-t") { Description = "The image's name, such as fairlead.local/app:v1.", Required = true };
    static readonly Option<string> Base = new("--base") { Description = $"Lay the folder on top of {BuiltInImages.Test}, which brings a shell." };
    static readonly Option<string> Entrypoint = new("--entrypoint") { Description = "As in a Dockerfile: a JSON list of words, or a line for /bin/sh -c." };
    static readonly Option<string> Cmd = new("--cmd") { Description = "As in a Dockerfile: a JSON list of words, or a line for /bin/sh -c." };
    static readonly Option<string[]> Env = new("--env", "-e") { Description = "A variable as NAME=value; may be given several times." };
    static readonly Option<string> WorkDir = new("--workdir", "-w") { Description = "The directory that containers start in.", DefaultValueFactory = _ => "/" };
    static readonly Option<string> User = new("--user", "-u") { Description = "User or user:group, by name or number (default root)." };
    static readonly Option<string> Output = new("--output", "-o") { Description = "Write the archive to this file instead of loading it onto the nodes." };

    public static Command Create()
    {
        Base.AcceptOnlyFromAmong(BuiltInImages.Test);
        var command = new Command("build", "Build an image from a folder and load it onto the nodes.")
        {
            Folder, Tag, Base, Entrypoint, Cmd, Env, WorkDir, User, Output, ClusterArguments.Name, ClusterArguments.DataDir, ClusterArguments.Node,
        };
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var folder = arguments.GetValue(Folder)!;
        if (!Directory.Exists(folder)) throw new CommandException($"There is no folder {folder}: give the folder that is to be the image's root.");
        var spec = Spec(arguments);
        var onTest = arguments.GetValue(Base) is not null;
        if (arguments.GetValue(Output) is { } file)
        {
            await FolderImage.WriteAsync(file, spec, folder, onTest, cancellation).ConfigureAwait(false);
            Console.WriteLine($"Wrote {spec.Reference} to {file}.");
            return 0;
        }
        var nodes = ClusterArguments.RunningNodes(arguments);
        var archive = Path.GetTempFileName();
        try
        {
            await FolderImage.WriteAsync(archive, spec, folder, onTest, cancellation).ConfigureAwait(false);
            await ImageLoadCommand.LoadAsync(archive, nodes, cancellation).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(archive);
        }
        return 0;
    }

    static ImageSpec Spec(ParseResult arguments)
    {
        var usual = new ImageSpec { Reference = Reference(arguments.GetValue(Tag)!) };
        var variables = arguments.GetValue(Env) ?? [];
        if (variables.FirstOrDefault(v => v.IndexOf('=') < 1) is { } wrong) throw new CommandException($"--env {wrong} has no value: write it as NAME=value.");
        if (!arguments.GetValue(WorkDir)!.StartsWith('/')) throw new CommandException($"--workdir {arguments.GetValue(WorkDir)} does not begin with '/': give the whole path inside the image.");
        var set = variables.Select(v => v[..(v.IndexOf('=') + 1)]).ToHashSet();
        return usual with
        {
            Entrypoint = Words("--entrypoint", arguments.GetValue(Entrypoint)),
            // The base image's own command holds as long as nothing else is asked for.
            Command = arguments.GetValue(Base) is not null && arguments.GetValue(Cmd) is null && arguments.GetValue(Entrypoint) is null ? ["sh"] : Words("--cmd", arguments.GetValue(Cmd)),
            Environment = [.. usual.Environment.Where(v => !set.Contains(v[..(v.IndexOf('=') + 1)])), .. variables],
            WorkingDirectory = arguments.GetValue(WorkDir)!,
            User = arguments.GetValue(User) ?? "",
        };
    }

    static string Reference(string tag)
    {
        try
        {
            return ImageSpec.CheckReference(tag);
        }
        catch (FormatException e)
        {
            throw new CommandException($"--tag {e.Message}.");
        }
    }

    /// <summary>The exec form and the shell form of a Dockerfile's ENTRYPOINT and CMD.</summary>
    internal static IReadOnlyList<string> Words(string option, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        if (!text.TrimStart().StartsWith('[')) return ["/bin/sh", "-c", text];
        try
        {
            return JsonSerializer.Deserialize(text, CommandJson.Default.StringArray) ?? [];
        }
        catch (JsonException)
        {
            throw new CommandException($"{option} {text} is no JSON list of words: write it as [\"/app\",\"--port\",\"80\"], or as a line for the shell.");
        }
    }
}
