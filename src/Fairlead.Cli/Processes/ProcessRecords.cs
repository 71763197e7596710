using System.Text.Json;
using Fairlead.Cli.Cluster;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Processes;

/// <summary>Which processes of a cluster run, kept as one small file each in the cluster's run folder.</summary>
public sealed class ProcessRecords(ClusterLayout layout)
{
    /// <summary>The process recorded under that name if it still runs; a record of another one is no answer.</summary>
    public ProcessIdentity? FindAlive(string name)
    {
        try
        {
            var identity = JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(name)), ClusterJson.Default.ProcessIdentity);
            return identity is { IsAlive: true } ? identity : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // No record, or one that was cut short by a crash.
            return null;
        }
    }

    public void Write(string name, ProcessIdentity identity)
    {
        Directory.CreateDirectory(layout.ProcessFolder);
        var file = FileOf(name);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(identity, ClusterJson.Default.ProcessIdentity));
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>How often a process that the supervisor started has ended since the cluster's run folder was made, and with which exit code last.</summary>
    public (int Count, int ExitCode) EndsOf(string name)
    {
        try { return File.ReadAllText(EndsFileOf(name)).Split(' ') is [var count, var code] && int.TryParse(count, out var c) && int.TryParse(code, out var e) ? (c, e) : default; }
        catch (IOException) { return default; }
    }

    /// <summary>Counts an end.</summary>
    public void WriteEnd(string name, int exitCode)
    {
        Directory.CreateDirectory(layout.ProcessFolder);
        var file = EndsFileOf(name);
        File.WriteAllText(file + ".new", $"{EndsOf(name).Count + 1} {exitCode}");
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Every name with a record, running or not.</summary>
    public IReadOnlyList<string> Names =>
        Directory.Exists(layout.ProcessFolder) ? [.. Directory.GetFiles(layout.ProcessFolder, "*.json").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order()] : [];

    string EndsFileOf(string name) => $"{layout.ProcessFolder}/{name}.ends";

    string FileOf(string name) => $"{layout.ProcessFolder}/{name}.json";
}
