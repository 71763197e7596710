using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Store.Embedded;
using Fairlead.Store.Transfer;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead migrate`: from the cluster's own file into etcd or back. The cluster must not run.</summary>
public static class MigrateCommand
{
    const string Embedded = "embedded", Etcd = "etcd";

    static readonly Option<string> From = Store("--from", "Where the objects are");
    static readonly Option<string> To = Store("--to", "Where they are brought");

    public static Command Create()
    {
        var command = new Command("migrate", "Bring all objects of a cluster from one store to the other.") { From, To, ClusterArguments.Name, ClusterArguments.DataDir };
        foreach (var option in StoreArguments.All) command.Add(option);
        command.SetAction(async (arguments, cancellation) =>
        {
            var (from, to) = (arguments.GetValue(From)!, arguments.GetValue(To)!);
            if (from == to) throw new CommandException($"--from and --to are both {from}: give {Embedded} and {Etcd}.");
            if (!StoreArguments.IsShared(arguments)) throw new CommandException("--etcd-servers is needed: give etcd's URLs, such as https://10.0.0.1:2379.");
            var layout = ClusterArguments.Existing(arguments);
            var dump = await TakeAsync(arguments, layout, from, cancellation).ConfigureAwait(false);
            if (to == Etcd) await StoreArguments.RestoreAsync(arguments, layout, dump, 0, cancellation).ConfigureAwait(false);
            else EmbeddedRestore.Restore(StoreArguments.Embedded(layout) with { Encryption = StoreArguments.Encryption(arguments) }, dump, 0);
            Console.WriteLine($"Brought {dump.Entries.Count} objects as of revision {dump.Revision} from {from} to {to}. What was there before is left as it is.");
            return 0;
        });
        return command;
    }

    static async Task<StoreDump> TakeAsync(ParseResult arguments, ClusterLayout layout, string from, CancellationToken cancellation)
    {
        if (from == Etcd)
        {
            var etcd = await StoreArguments.OpenAsync(arguments, layout, _ => { }, cancellation).ConfigureAwait(false);
            await using (etcd.ConfigureAwait(false)) return await StoreDump.TakeAsync(etcd, cancellation).ConfigureAwait(false);
        }
        var options = StoreArguments.Embedded(layout) with { Encryption = StoreArguments.Encryption(arguments) };
        if (!File.Exists(options.Path)) throw new CommandException($"Cluster \"{layout.Name}\" has no store at {options.Path}.");
        // A server that runs has it locked, and the user is told so.
        var store = EmbeddedStore.Open(options);
        await using (store.ConfigureAwait(false)) return await StoreDump.TakeAsync(store, cancellation).ConfigureAwait(false);
    }

    static Option<string> Store(string name, string description)
    {
        var option = new Option<string>(name) { Description = $"{description}: {Embedded} or {Etcd}.", Required = true };
        option.AcceptOnlyFromAmong(Embedded, Etcd);
        return option;
    }
}
