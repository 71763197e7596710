using System.Text.Json;
using Fairlead.Cli.Processes;
using Fairlead.Linux.Namespaces;

namespace Fairlead.Cli.Cluster;

/// <summary>Finds and keeps what a cluster was made with.</summary>
public static class ClusterState
{
    /// <summary>The options that the cluster of that name runs with or was last made with, or null.</summary>
    /// <param name="dataFolder">Null looks where the running cluster says, then in the default place.</param>
    public static ClusterOptions? Load(string name, string? dataFolder)
    {
        var layout = ClusterLayout.Of(new() { Name = name, DataFolder = dataFolder ?? ClusterOptions.DefaultDataFolder(name) });
        return Read(layout.RunOptionsFile) ?? Read(layout.OptionsFile);
    }

    static ClusterOptions? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), ClusterJson.Default.ClusterOptions);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The layout of a cluster that must be there.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static ClusterLayout Require(string name, string? dataFolder) =>
        Load(name, dataFolder) is { } options
            ? ClusterLayout.Of(options)
            : throw new CommandException($"There is no cluster \"{name}\": start one with ./fairlead up{NameFlag(name)}.");

    /// <summary>Writes the options where <see cref="Load"/> looks.</summary>
    public static void Save(ClusterLayout layout)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(layout.Options, ClusterJson.Default.ClusterOptions);
        File.WriteAllBytes(layout.OptionsFile, bytes);
        File.WriteAllBytes(layout.RunOptionsFile, bytes);
    }

    /// <summary>The cluster's supervisor is there.</summary>
    public static bool IsRunning(ClusterLayout layout) => new ProcessRecords(layout).FindAlive(ClusterProcesses.Supervisor) is not null;

    /// <summary>Something of the cluster is on the machine.</summary>
    public static bool IsPresent(ClusterLayout layout) =>
        Directory.Exists(layout.RunFolder) || Directory.Exists(layout.DataFolder) || layout.Nodes.Any(n => NetworkNamespace.Exists(n.Namespace));

    /// <summary>" --name NAME" for texts that tell the user what to type, empty for the default name.</summary>
    public static string NameFlag(string name) => name == ClusterOptions.DefaultName ? "" : " --name " + name;
}
