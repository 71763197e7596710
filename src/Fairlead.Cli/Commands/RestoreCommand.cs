using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Store.Transfer;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead restore`: a backup into a store that is empty, of a cluster that does not run.</summary>
public static class RestoreCommand
{
    static readonly Argument<string> File = new("file") { Description = "A file that fairlead backup wrote." };

    // As etcdutl's --bump-revision is advised: more than were written since the backup.
    static readonly Option<long> Raise = new("--bump-revision")
    {
        Description = "How far above the backup's revision the next one is, so that no revision a client has seen comes to mean something else.",
        DefaultValueFactory = _ => 1_000_000_000,
    };

    public static Command Create()
    {
        var command = new Command("restore", "Restore all objects of a cluster from a file.") { File, ClusterArguments.Name, ClusterArguments.DataDir, Raise };
        foreach (var option in StoreArguments.All) command.Add(option);
        command.SetAction(async (arguments, cancellation) =>
        {
            var file = arguments.GetValue(File)!;
            var dump = await ReadAsync(arguments, file, cancellation).ConfigureAwait(false);
            await StoreArguments.RestoreAsync(arguments, ClusterArguments.Existing(arguments), dump, arguments.GetValue(Raise), cancellation).ConfigureAwait(false);
            Console.WriteLine($"Restored {dump.Entries.Count} objects as of revision {dump.Revision} from {file}.");
            return 0;
        });
        return command;
    }

    static async Task<StoreDump> ReadAsync(ParseResult arguments, string file, CancellationToken cancellation)
    {
        try
        {
            using var source = new BufferedStream(System.IO.File.OpenRead(file), 1 << 16);
            return await DumpFile.ReadAsync(source, StoreArguments.Encryption(arguments), cancellation).ConfigureAwait(false);
        }
        catch (FileNotFoundException) { throw new CommandException($"There is no file {file}: give one that ./fairlead backup wrote."); }
        catch (UnauthorizedAccessException) { throw new CommandException($"{file} may not be read by this user: run it with sudo."); }
        catch (InvalidDataException e) { throw new CommandException($"{file} {e.Message}: give another backup."); }
    }
}
