using System.Text;
using Fairlead.Dataplanes.Tests.Kernel;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>docs/SERVICES.md: what each mode was seen to do.</summary>
static class ServicesDocument
{
    const string Does = "✓", Fails = "✗", HasNot = "–";

    /// <summary>A row that no run of the mode has played yet.</summary>
    public const string NotSeen = "?";

    const string Head = """
        # Services, by mode

        Written by the tests from what they saw (tests/Fairlead.Dataplanes.Tests/Matrix; with `FAIRLEAD_GOLDEN=write` each run writes the columns of its modes, else it compares them). Each line is a row of one table that every mode runs unchanged: two nodes with two Pods each, a host outside, real packets by TCP, UDP and SCTP, in IPv4 and IPv6. ✓: every answer was one that the model allows. –: the mode has no such thing by its nature.


        """;

    public static string File { get; } = Path.Combine(Root(), "docs", "SERVICES.md");

    /// <summary>Where a run writes it: in FAIRLEAD_GOLDEN_FOLDER, for one that may not write to the tree.</summary>
    public static string Written => Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN_FOLDER") is { } folder ? Path.Combine(folder, "SERVICES.md") : File;

    /// <summary>Renders the document.</summary>
    /// <param name="seen">The faults of each row that was played; none: it passed.</param>
    /// <param name="old">The document as it is: says what is not seen now, of modes that this run has not.</param>
    public static string Render(IReadOnlyDictionary<(Mode, Row), IReadOnlyList<string>> seen, string old)
    {
        var known = Read(old);
        var text = new StringBuilder(Head);
        foreach (var feature in Rows.All.GroupBy(r => r.Feature))
        {
            text.Append($"| {feature.Key} | {string.Join(" | ", Modes.All)} |\n|{string.Concat(Enumerable.Repeat(" --- |", Modes.All.Count + 1))}\n");
            foreach (var row in feature) text.Append($"| {row.Name} | {string.Join(" | ", Modes.All.Select(m => Cell(m, row)))} |\n");
            text.Append('\n');
        }
        text.Append("## What differs\n\n");
        foreach (var mode in Modes.All) text.Append($"**{mode}.** {string.Join(' ', mode.Differences)}\n\n");
        return text.ToString().TrimEnd() + "\n";

        string Cell(Mode mode, Row row)
        {
            if (row.Within?.Invoke(mode) == false) return HasNot;
            if (seen.TryGetValue((mode, row), out var faults)) return faults.Count == 0 ? Does : Fails;
            return known.GetValueOrDefault((mode.Name, row.Feature, row.Name), NotSeen);
        }
    }

    static Dictionary<(string Mode, string Feature, string Row), string> Read(string document)
    {
        var cells = new Dictionary<(string, string, string), string>();
        string[]? head = null;
        foreach (var line in document.Split('\n'))
        {
            if (!line.StartsWith('|')) head = null;
            if (!line.StartsWith('|') || line.StartsWith("| ---", StringComparison.Ordinal)) continue;
            var parts = line.Split('|', StringSplitOptions.TrimEntries)[1..^1];
            if (head is null) head = parts;
            else for (var i = 1; i < Math.Min(parts.Length, head.Length); i++) cells[(head[i], head[0], parts[0])] = parts[i];
        }
        return cells;
    }

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "Fairlead.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Fairlead.slnx is in no folder above the tests");
        return folder;
    }
}
