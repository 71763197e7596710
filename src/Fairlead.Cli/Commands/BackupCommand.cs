using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Store.Encryption;
using Fairlead.Store.Transfer;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead backup`: all objects as of one revision into a file, from a cluster that runs or not.</summary>
public static class BackupCommand
{
    static readonly Argument<string> File = new("file") { Description = "The file to write; it must not exist." };

    public static Command Create()
    {
        var command = new Command("backup", "Write all objects of a cluster into a file.") { File, ClusterArguments.Name, ClusterArguments.DataDir };
        foreach (var option in StoreArguments.All) command.Add(option);
        command.SetAction(async (arguments, cancellation) =>
        {
            var file = arguments.GetValue(File)!;
            var dump = await WriteAsync(arguments, file, cancellation).ConfigureAwait(false);
            Console.WriteLine($"Wrote {dump.Entries.Count} objects as of revision {dump.Revision} to {file}.");
            return 0;
        });
        return command;
    }

    static async Task<StoreDump> WriteAsync(ParseResult arguments, string file, CancellationToken cancellation)
    {
        var layout = ClusterArguments.Existing(arguments);
        var encryption = StoreArguments.Encryption(arguments);
        if (System.IO.File.Exists(file)) throw new CommandException($"There is a file {file} already: give another name.");
        var unfinished = file + ".unfinished";
        try
        {
            System.IO.File.Delete(unfinished);
            // Secrets are in it.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            var target = new FileStream(unfinished, options);
            await using (target.ConfigureAwait(false))
            {
                await FillAsync(arguments, layout, encryption, target, cancellation).ConfigureAwait(false);
                target.Flush(flushToDisk: true);
                // What can't be read again is no backup.
                target.Position = 0;
                var dump = await DumpFile.ReadAsync(new BufferedStream(target, 1 << 16), encryption, cancellation).ConfigureAwait(false);
                System.IO.File.Move(unfinished, file);
                return dump;
            }
        }
        catch (InvalidDataException e) { throw new CommandException($"The backup {e.Message}; try again, and look at the server's log."); }
        finally
        {
            System.IO.File.Delete(unfinished);
        }
    }

    /// <summary>Of a server that has the file of the store open, or else of the store itself.</summary>
    static async Task FillAsync(ParseResult arguments, ClusterLayout layout, ValueEncryption encryption, FileStream target, CancellationToken cancellation)
    {
        if (!StoreArguments.IsShared(arguments) && await BackupSocket.ConnectAsync(layout, cancellation).ConfigureAwait(false) is { } running)
        {
            await using (running.ConfigureAwait(false)) await running.CopyToAsync(target, cancellation).ConfigureAwait(false);
            return;
        }
        if (!StoreArguments.IsShared(arguments) && !System.IO.File.Exists(StoreArguments.Embedded(layout).Path))
            throw new CommandException($"Cluster \"{layout.Name}\" has no store at {StoreArguments.Embedded(layout).Path}: give --etcd-servers if it is kept in etcd.");
        var store = await StoreArguments.OpenAsync(arguments, layout, _ => { }, cancellation).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var buffered = new BufferedStream(target, 1 << 16);
            await DumpFile.WriteAsync(buffered, await StoreDump.TakeAsync(store, cancellation).ConfigureAwait(false), encryption, cancellation).ConfigureAwait(false);
        }
    }
}
