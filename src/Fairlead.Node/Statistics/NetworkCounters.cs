namespace Fairlead.Node.Statistics;

/// <summary>What one interface has carried since it was made.</summary>
readonly record struct InterfaceCounters(string Name, long ReceivedBytes, long ReceiveErrors, long SentBytes, long SendErrors);

/// <summary>The interfaces of a network namespace, by /proc/net/dev.</summary>
static class NetworkCounters
{
    /// <param name="process">One in the namespace; null for our own.</param>
    /// <returns>Without the loopback interface; empty if the process has gone.</returns>
    public static IReadOnlyList<InterfaceCounters> Of(int? process)
    {
        try { return Parse(File.ReadAllText($"/proc/{process?.ToString() ?? "self"}/net/dev")); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return []; }
    }

    /// <summary>Reads the table: two lines of headings, then NAME: and sixteen numbers, eight received and eight sent.</summary>
    internal static IReadOnlyList<InterfaceCounters> Parse(string table)
    {
        var found = new List<InterfaceCounters>();
        foreach (var line in table.Split('\n').Skip(2))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || line[..colon].Trim() is "lo") continue;
            var numbers = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => long.TryParse(n, out var value) ? value : 0).ToArray();
            if (numbers.Length >= 11) found.Add(new(line[..colon].Trim(), numbers[0], numbers[2], numbers[8], numbers[10]));
        }
        return found;
    }
}
