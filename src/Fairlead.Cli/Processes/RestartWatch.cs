using Fairlead.Cli.Cluster;

namespace Fairlead.Cli.Processes;

/// <summary>Notices that a process of a cluster ends whenever the supervisor starts it, while something waits for what it does.</summary>
/// <param name="needed">Processes by name, with what the user calls each.</param>
sealed class RestartWatch(ClusterLayout layout, IReadOnlyList<(string Process, string What)> needed)
{
    // Once may be an accident from which the restart helps.
    const int TooOften = 2;

    const int LinesTold = 5;

    readonly ProcessRecords records = new(layout);
    readonly Dictionary<string, int> before = needed.ToDictionary(n => n.Process, n => new ProcessRecords(layout).EndsOf(n.Process).Count);

    /// <exception cref="CommandException">One of them does not stay, or nobody would start them again; the message has the last lines of its log.</exception>
    public void Require()
    {
        if (records.FindAlive(ClusterProcesses.Supervisor) is null) throw new CommandException($"The supervisor ended; {Tail(ClusterProcesses.Supervisor)}");
        foreach (var (process, what) in needed)
        {
            var (count, code) = records.EndsOf(process);
            if (count - before[process] >= TooOften) throw new CommandException($"{what} ends whenever it is started, last with exit code {code}; {Tail(process)}");
        }
    }

    // The log itself may be removed with all that was made.
    string Tail(string process)
    {
        var log = ClusterProcesses.LogOf(layout, process);
        string[] lines;
        try { lines = [.. File.ReadLines(log).Where(l => l.Length > 0).TakeLast(LinesTold)]; }
        catch (IOException) { lines = []; }
        const string next = "Run ./fairlead doctor, then ./fairlead up again.";
        return lines.Length == 0 ? $"its log {log} is empty. {next}" : $"its log {log} ends with\n{string.Concat(lines.Select(l => $"  {l}\n"))}{next}";
    }
}
