using System.Diagnostics;
using System.Globalization;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>
/// Random clusters and histories: after each round of changes real packets through both nodes must fare as the interpreter
/// allows, clients be remembered, and the kernel hold exactly what a full rendering says. 300 histories, 10,000 with
/// FAIRLEAD_NIGHTLY=1, over all modes, of which one with a lane of its own has a quarter of what the others have; FAIRLEAD_SEED plays one alone. Needs root.
/// </summary>
[Collection(KernelCollection.Name)]
public sealed class HistoryTests(Lab lab, ITestOutputHelper output)
{
    static readonly int Histories = Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1" ? 10_000 : 300;

    /// <summary>The same every day in the usual run, others every night.</summary>
    static readonly int FirstSeed = Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1" ? (int)(DateTime.UtcNow - DateTime.UnixEpoch).TotalDays * 20_000 : 1;

    static readonly string? Only = Environment.GetEnvironmentVariable("FAIRLEAD_SEED");

    public static TheoryData<string> Cases => [.. Modes.Chosen.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task TheKernelDoesWhatTheInterpreterSays(string name)
    {
        var mode = Modes.Named(name);
        var tally = new Tally();
        var time = Stopwatch.StartNew();
        int[] seeds = Only is null ? [.. Enumerable.Range(FirstSeed, ShareOf(mode))] : [int.Parse(Only, CultureInfo.InvariantCulture)];
        foreach (var seed in seeds)
        {
            var steps = new HistoryRandom(seed, lab, mode).History();
            if (await new HistoryRun(lab, mode, tally).PlayAsync(steps) is { } fault) Assert.Fail(await ExplainAsync(mode, seed, steps, fault));
        }
        output.WriteLine($"{name}: {seeds.Length} histories from seed {seeds[0]} in {time.Elapsed.TotalSeconds:F0} s; packets: {tally}");
        if (Only is not null) return;
        Assert.All(Enum.GetValues<OutcomeKind>(), kind => Assert.True(tally.Of(kind) > 0, $"no packet met {kind}"));
        if (mode.PicksByChance) Assert.Empty(tally.Uneven());
    }

    /// <summary>How many of the histories a mode plays.</summary>
    static int ShareOf(Mode mode)
    {
        static double Weight(Mode mode) => mode.HasLane ? 0.25 : 1;
        return (int)Math.Ceiling(Histories * Weight(mode) / Modes.All.Sum(Weight));
    }

    async Task<string> ExplainAsync(Mode mode, int seed, IReadOnlyList<Step> steps, string fault)
    {
        async Task<string?> PlayFreshAsync(IReadOnlyList<Step> history)
        {
            lab.Clear();
            return await new HistoryRun(lab, mode, new()).PlayAsync(history);
        }
        var head = $"{mode}, seed {seed} (FAIRLEAD_MODES={mode} FAIRLEAD_SEED={seed}): {fault}";
        // Some faults are a matter of chance.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (await PlayFreshAsync(steps) is null) continue;
            var shrunk = await Shrinking.ShrinkAsync(steps, async history => await PlayFreshAsync(history) is not null);
            return $"{head}\n{shrunk.Count} of {steps.Count} steps are enough:\n{string.Join('\n', shrunk)}\nwhich end in: {await PlayFreshAsync(shrunk)}";
        }
        return $"{head}\nnot again from a fresh state; the whole history:\n{string.Join('\n', steps)}";
    }
}
