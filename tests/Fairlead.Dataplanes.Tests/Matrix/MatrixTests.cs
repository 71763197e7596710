using Fairlead.Dataplanes.Tests.Kernel;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>Every behaviour of Services in every mode, in a real kernel, told by real packets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class MatrixTests(Lab lab)
{
    /// <summary>The rows that were played, for the document.</summary>
    static readonly Dictionary<(Mode, Row), IReadOnlyList<string>> Seen = [];

    public static TheoryData<Mode, Row> Cases => [.. Modes.Chosen.SelectMany(m => Rows.Of(m).Select(r => (m, r)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Serves(Mode mode, Row row)
    {
        Modes.Named(mode.Name);
        var faults = await PlayAsync(mode, row);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task TheDocumentSaysWhatIsSeen()
    {
        Assert.SkipWhen(Rows.AreRestricted, "FAIRLEAD_ROWS leaves rows out");
        foreach (var mode in Modes.Chosen.Where(m => m.Missing() is null))
        {
            foreach (var row in Rows.Of(mode)) await PlayAsync(mode, row);
        }
        var old = File.Exists(ServicesDocument.File) ? File.ReadAllText(ServicesDocument.File) : "";
        var text = ServicesDocument.Render(Seen, old);
        if (Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN") == "write")
        {
            File.WriteAllText(ServicesDocument.Written, text);
            return;
        }
        Assert.Equal(old, text);
        Assert.DoesNotContain($"| {ServicesDocument.NotSeen} |", text, StringComparison.Ordinal);
    }

    async Task<IReadOnlyList<string>> PlayAsync(Mode mode, Row row)
    {
        if (Seen.TryGetValue((mode, row), out var known)) return known;
        var scene = new Scene(lab, mode);
        try
        {
            await row.Play(scene);
        }
        catch (Exception e) when (e is DataplaneException or Linux.LinuxException or InvalidOperationException)
        {
            scene.Expect(false, e.ToString());
        }
        return Seen[(mode, row)] = scene.Faults;
    }
}
