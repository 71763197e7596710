namespace Fairlead.Cli.Traces;

/// <summary>Rows of text under a header, each column as wide as its widest cell.</summary>
static class TextTable
{
    public static string Of(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [header, .. rows];
        // A column that says nothing is left out.
        var columns = Enumerable.Range(0, header.Count).Where(c => all.Skip(1).Any(r => r[c].Length > 0)).ToArray();
        var widths = columns.Select(c => all.Max(r => r[c].Length)).ToArray();
        return string.Concat(all.Select(row => string.Join("   ", columns.Select((c, i) => row[c].PadRight(widths[i]))).TrimEnd() + "\n"));
    }
}
