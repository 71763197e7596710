using System.Text;

namespace Fairlead.Conformance.Document;

/// <summary>docs/CONFORMANCE.md: every behaviour of the upstream list and how it stands.</summary>
static class ConformanceDocument
{
    public const string Passes = "pass", Fails = "fail";

    const string NotSeen = "not run";

    const string Head = """
        # Conformance

        Written by the tests from what they saw (tests/Fairlead.Conformance; with `FAIRLEAD_GOLDEN=write` a run writes it, else it compares). The titles are those of Kubernetes' own conformance list (test/conformance/testdata/conformance.yaml) as v1.33 was made, and the two that v1.34 added for ServiceCIDR and IPAddress, less the "[Conformance]" at their ends. Each test does what the title's test upstream does, in its own words, against the API server with all controllers, the scheduler and two nodes that report of Pods what a kubelet would without running a container.


        """;

    public static string Path { get; } = System.IO.Path.Combine(Root(), "docs", "CONFORMANCE.md");

    public static string NotYet(string why) => $"not yet: {why}";

    /// <param name="seen">How each behaviour that ran ended.</param>
    /// <param name="old">The document as it is: says what did not run now.</param>
    public static string Render(IReadOnlyDictionary<string, string> seen, string old)
    {
        var known = Read(old);
        var rows = Behaviours.Tested.Select(t => (Title: t, State: seen.GetValueOrDefault(t) ?? known.GetValueOrDefault(Shown(t), NotSeen)))
            .Concat(Conformance.NotYet.All.Select(n => (n.Title, State: NotYet(n.Why))))
            .OrderBy(r => r.Title, StringComparer.Ordinal).ToList();
        var text = new StringBuilder(Head);
        text.Append("| | pass | fail | not yet |\n| --- | --- | --- | --- |\n");
        foreach (var sig in rows.GroupBy(r => Behaviours.Sig(r.Title))) Count(sig.Key, [.. sig.Select(r => r.State)]);
        Count("all", [.. rows.Select(r => r.State)]);
        foreach (var sig in rows.GroupBy(r => Behaviours.Sig(r.Title)))
        {
            text.Append($"\n## {sig.Key}\n\n| behaviour | state |\n| --- | --- |\n");
            foreach (var (title, state) in sig) text.Append($"| {Shown(title)} | {state} |\n");
        }
        return text.ToString();

        void Count(string name, string[] states) => text.Append(
            $"| {name} | {states.Count(s => s == Passes)} | {states.Count(s => s is Fails or NotSeen)} | {states.Count(s => s.StartsWith(NotYet(""), StringComparison.Ordinal))} |\n");
    }

    /// <summary>Without what the heading and the whole list say already; unlike table syntax.</summary>
    static string Shown(string title) => title[(title.IndexOf(']', StringComparison.Ordinal) + 2)..].Replace(" [Conformance]", "", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    static Dictionary<string, string> Read(string document) => document.Split('\n')
        .Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split(" | "))
        .Where(cells => cells.Length == 2).DistinctBy(cells => cells[0]).ToDictionary(cells => cells[0][2..], cells => cells[1][..^2]);

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Fairlead.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Fairlead.slnx is in no folder above the tests");
        return folder;
    }
}
