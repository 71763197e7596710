using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Tests.Traces;

/// <summary>docs/TRACE.md names every cause.</summary>
public class CauseTableTests
{
    const string Begin = "<!-- causes:begin -->\n", End = "<!-- causes:end -->";

    [Fact]
    public void TheDocumentHoldsTheTable()
    {
        var file = Path.Combine(Root(), "docs", "TRACE.md");
        var text = File.ReadAllText(file);
        var (before, after) = (text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)], text[text.IndexOf(End, StringComparison.Ordinal)..]);
        if (Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN") == "write") File.WriteAllText(file, text = before + Table() + after);

        Assert.Equal(before + Table() + after, text);
    }

    static string Table() => "| reason | what is wrong | seeded as |\n| --- | --- | --- |\n" + string.Concat(KnownCauses.All.Select(c =>
        $"| {c.Reason} | {c.Meaning} | {string.Join("; ", SeededFaults.All.Where(f => f.Reason == c.Reason).Select(f => f.Name))} |\n"));

    [Fact]
    public void ReasonsAreNamedOnceAndAsTheirFields()
    {
        Assert.Equal(KnownCauses.All.Length, KnownCauses.All.Distinct().Count());
        Assert.All(typeof(KnownCauses).GetFields().Where(f => f.FieldType == typeof(Cause)), f => Assert.Contains(KnownCauses.All, c => c == (Cause)f.GetValue(null)! && c.Reason == f.Name));
    }

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fairlead.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the source tree.");
        return folder;
    }
}
