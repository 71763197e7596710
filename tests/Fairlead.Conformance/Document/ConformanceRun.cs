using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(Fairlead.Conformance.Document.ConformanceRun))]

namespace Fairlead.Conformance.Document;

/// <summary>
/// What this run saw. When it ends it compares docs/CONFORMANCE.md with that; with FAIRLEAD_GOLDEN=write it writes it. Of
/// behaviours that the run left out the document keeps what it says.
/// </summary>
public sealed class ConformanceRun : IDisposable
{
    static readonly ConcurrentDictionary<string, string> Seen = new();

    static readonly ConcurrentDictionary<string, string> Reasons = new();

    /// <summary>Called as a behaviour's test gives up.</summary>
    public static void Left(string title, string why) => Reasons[title] = why;

    /// <summary>Called as each behaviour's test ends.</summary>
    public static void Ended(string title, TestResult? result) => Seen[title] = result switch
    {
        TestResult.Passed => ConformanceDocument.Passes,
        TestResult.Skipped => ConformanceDocument.NotYet(Reasons.GetValueOrDefault(title, "skipped")),
        _ => ConformanceDocument.Fails,
    };

    public void Dispose()
    {
        var old = File.Exists(ConformanceDocument.Path) ? File.ReadAllText(ConformanceDocument.Path) : "";
        var text = ConformanceDocument.Render(Seen, old);
        if (Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN") == "write") File.WriteAllText(ConformanceDocument.Path, text);
        else Assert.Equal(old, text);
    }
}
