using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux.Nftables;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// Every mode that the suite runs against. FAIRLEAD_MODES, a list with commas, restricts it, and makes a mode that can't run
/// here a failure: for a lane that promises it.
/// </summary>
public static class Modes
{
    static readonly string? Promised = Environment.GetEnvironmentVariable("FAIRLEAD_MODES");

    public static readonly IReadOnlyList<Mode> All =
    [
        new("nftables", _ => new NftablesDataplane()) { Disturbances = [Nft("flush ruleset", true), Nft("delete table ip fairlead\ndelete table ip6 fairlead", true), Nft("flush map ip fairlead services\nflush map ip6 fairlead refused")] },
    ];

    /// <summary>Those to run here.</summary>
    public static IReadOnlyList<Mode> Chosen => Promised is null ? All : [.. All.Where(m => Promised.Split(',').Contains(m.Name))];

    public static Mode Named(string name)
    {
        var mode = All.First(m => m.Name == name);
        if (mode.Missing() is not { } reason) return mode;
        Assert.False(Promised is not null, $"{name}: {reason}");
        Assert.Skip($"{name}: {reason}");
        return mode;
    }

    static Disturbance Nft(string commands, bool seenByApply = false) => new(commands.ReplaceLineEndings("; "), _ =>
    {
        using var context = new NftablesContext();
        context.TryRun(commands, out string? _, out string? _);
    }, seenByApply);
}
