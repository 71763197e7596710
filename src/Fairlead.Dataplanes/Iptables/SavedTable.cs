namespace Fairlead.Dataplanes.Iptables;

/// <summary>A table as iptables-save printed it. Holds the text and where in it each chain's rules are; lines are cut on demand.</summary>
sealed class SavedTable
{
    sealed class Chain
    {
        public required bool IsBuiltIn { get; init; }
        public int Start, End;
    }

    public static readonly SavedTable Empty = new("");

    readonly string text;
    readonly Dictionary<string, Chain> chains = new(StringComparer.Ordinal);
    readonly Dictionary<string, Chain>.AlternateLookup<ReadOnlySpan<char>> byName;

    SavedTable(string text) => (this.text, byName) = (text, chains.GetAlternateLookup<ReadOnlySpan<char>>());

    /// <summary>Reads the output of iptables-save; each table in it by name.</summary>
    public static IReadOnlyDictionary<string, SavedTable> Read(string text)
    {
        var tables = new Dictionary<string, SavedTable>();
        SavedTable? table = null;
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            if (end < 0) end = text.Length;
            var line = text.AsSpan(start, end - start);
            if (line.StartsWith("*")) tables[line[1..].ToString()] = table = new(text);
            else if (line.StartsWith(":")) table?.Declare(line[1..]);
            else if (line.StartsWith("-A ")) table?.Extend(line, start, end);
            start = end + 1;
        }
        return tables;
    }

    public IEnumerable<string> Chains => chains.Keys;

    public bool Has(string chain) => chains.ContainsKey(chain);

    /// <summary>Whether the chain is one of the kernel's own, at a hook.</summary>
    public bool IsBuiltIn(string chain) => chains.TryGetValue(chain, out var known) && known.IsBuiltIn;

    /// <summary>The rules of a chain in order, each what follows "-A CHAIN "; none if it is not there.</summary>
    public IEnumerable<string> Rules(string chain)
    {
        if (!chains.TryGetValue(chain, out var known)) yield break;
        for (var start = known.Start; start < known.End;)
        {
            var (rule, next) = RuleAt(start, chain.Length);
            yield return text[rule];
            start = next;
        }
    }

    /// <summary>Whether there is such a chain with exactly these rules.</summary>
    public bool Holds(IptablesChain chain)
    {
        if (!chains.TryGetValue(chain.Name, out var known)) return false;
        var start = known.Start;
        foreach (var rule in chain.Rules)
        {
            if (start >= known.End) return false;
            var (range, next) = RuleAt(start, chain.Name.Length);
            if (!text.AsSpan()[range].SequenceEqual(rule)) return false;
            start = next;
        }
        return start >= known.End;
    }

    (Range Rule, int Next) RuleAt(int start, int nameLength)
    {
        var end = text.IndexOf('\n', start);
        if (end < 0) end = text.Length;
        return (Math.Min(start + "-A ".Length + nameLength + 1, end)..end, end + 1);
    }

    // ":NAME POLICY [0:0]"; chains that are not at a hook have "-" for a policy.
    void Declare(ReadOnlySpan<char> line)
    {
        var space = line.IndexOf(' ');
        if (space > 0) chains[line[..space].ToString()] = new() { IsBuiltIn = !line[(space + 1)..].StartsWith("-") };
    }

    // The rules of one chain follow one another.
    void Extend(ReadOnlySpan<char> line, int start, int end)
    {
        var name = line["-A ".Length..];
        var space = name.IndexOf(' ');
        if (!byName.TryGetValue(space < 0 ? name : name[..space], out var chain)) return;
        if (chain.End == 0) chain.Start = start;
        chain.End = end + 1;
    }
}
