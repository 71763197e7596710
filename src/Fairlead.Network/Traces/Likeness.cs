namespace Fairlead.Network.Traces;

/// <summary>How alike names are, for hints at what was meant.</summary>
static class Likeness
{
    /// <summary>How many letters must be changed, added, left out or swapped with their neighbour to make one of the other.</summary>
    public static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            (before, last, row) = (last, row, before);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
        }
        return row[b.Length];
    }

    /// <summary>The candidate that is most like the name; null if none is like it: a third of the letters may differ.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        var best = candidates.Distinct(StringComparer.Ordinal).Where(c => c != name)
            .Select(c => (Candidate: c, Distance: Distance(name, c)))
            .OrderBy(c => c.Distance).ThenBy(c => c.Candidate, StringComparer.Ordinal).FirstOrDefault();
        return best.Candidate is not null && best.Distance <= Math.Max(1, Math.Max(name.Length, best.Candidate.Length) / 3) ? best.Candidate : null;
    }
}
