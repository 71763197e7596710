using System.CommandLine;
using Fairlead.Cli.Cluster;
using Fairlead.Json;
using Fairlead.Node.Cri;
using Fairlead.Node.Images;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead image list`: the images on the nodes, one line each, with the nodes that have it.</summary>
public static class ImageListCommand
{
    static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", DefaultValueFactory = _ => "table" };

    public static Command Create()
    {
        Output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("list", "List the images on the nodes.") { ClusterArguments.Name, ClusterArguments.DataDir, ClusterArguments.Node, Output };
        command.Aliases.Add("ls");
        command.SetAction(async (arguments, cancellation) =>
        {
            var nodes = ClusterArguments.RunningNodes(arguments);
            var found = await Task.WhenAll(nodes.Select(node => ListAsync(node, cancellation))).ConfigureAwait(false);
            var rows = ImageRow.Of(found.SelectMany(f => f));
            Console.Write(arguments.GetValue(Output) == "json" ? Json(rows) : ImageRow.Table(rows));
            return 0;
        });
        return command;
    }

    static async Task<IEnumerable<(string Node, StoredImage Image)>> ListAsync(NodeLayout node, CancellationToken cancellation)
    {
        using var store = new ImageStore(node.ContainerdSocket);
        try
        {
            return (await store.ListAsync(cancellation).ConfigureAwait(false)).Select(image => (node.Name, image));
        }
        catch (Exception e) when (e is HttpRequestException or CriException)
        {
            throw new CommandException($"containerd on {node.Name} does not answer ({e.Message}): see ./fairlead status{ClusterState.NameFlag(node.Cluster.Name)}.");
        }
    }

    static string Json(IReadOnlyList<ImageRow> rows) => new JsonObject
    {
        ["images"] = new JsonArray([.. rows.Select(r => new JsonObject
        {
            ["repository"] = r.Repository, ["tag"] = r.Tag, ["id"] = r.Id, ["size"] = r.Size, ["nodes"] = new JsonArray([.. r.Nodes.Select(n => JsonValue.Create(n))]),
        })]),
    }.ToJsonString(new() { WriteIndented = true }) + "\n";
}
