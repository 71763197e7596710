using System.Diagnostics;
using System.Globalization;

namespace Fairlead.EndToEnd.Rollouts;

/// <summary>Rollouts of <see cref="WebDeployment"/> while 1,000 requests a second are made over new connections and as many over kept ones.</summary>
static class RolloutLoad
{
    const string Rate = "1000";

    /// <summary>Two, a hundred with FAIRLEAD_NIGHTLY=1.</summary>
    static readonly int Rollouts = Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1" ? 100 : 2;

    /// <param name="startAsync">Starts Fairlead.Load where its client stands, with the arguments that follow the target.</param>
    public static async Task NoneFailsAsync(Kubectl kubectl, string mode, Func<string[], Task<LoadProcess>> startAsync, ITestOutputHelper output)
    {
        var watch = Stopwatch.StartNew();
        using var fresh = await startAsync([Rate, "new", "http"]);
        using var kept = await startAsync([Rate, "keep", "http"]);
        for (var rollout = 0; rollout < Rollouts; rollout++) await WebDeployment.ReplaceAsync(kubectl);
        foreach (var (kind, load) in new[] { ("new connections", fresh), ("kept connections", kept) })
        {
            var result = await load.EndAsync();
            var line = string.Create(CultureInfo.InvariantCulture, $"{mode}, {Rollouts} rollouts in {watch.Elapsed.TotalSeconds:F0} s, {kind}: {result.Line}");
            output.WriteLine(line);
            Assert.True(result.Failed == 0, line);
            Assert.True(result.Sent > 1000 * Rollouts, "only " + line);
        }
    }
}
