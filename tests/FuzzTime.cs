using System.Globalization;

namespace Fairlead.Tests;

/// <summary>How long each fuzz test goes on, and where it begins; a part of every test project that has some.</summary>
static class FuzzTime
{
    static bool IsNightly => Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1";

    /// <summary>FUZZ_SECONDS; else half a minute, ten minutes in a nightly run.</summary>
    public static TimeSpan Each { get; } = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : IsNightly ? 600 : 30);

    /// <summary>FUZZ_SEED; else always the same, and in a nightly run elsewhere each time.</summary>
    public static int Start { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), CultureInfo.InvariantCulture, out var given) ? given : IsNightly ? Environment.TickCount & 0xFFFFFF : 0;
}
