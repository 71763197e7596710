using System.Diagnostics;
using System.Globalization;

namespace Fairlead.EndToEnd.Rollouts;

/// <summary>Rollouts of <see cref="WebDeployment"/> while 1,000 requests a second are made over new connections, over kept ones, or as many over each.</summary>
static class RolloutLoad
{
    const string Rate = "1000";

    /// <summary>Two, a hundred with FAIRLEAD_NIGHTLY=1.</summary>
    static readonly int Rollouts = Environment.GetEnvironmentVariable("FAIRLEAD_NIGHTLY") == "1" ? 100 : 2;

    /// <param name="startAsync">Starts Fairlead.Load where its client stands, with the arguments that follow the target.</param>
    /// <param name="connections">The kinds that are made at once: "new", "keep", or both.</param>
    public static async Task NoneFailsAsync(Kubectl kubectl, string mode, Func<string[], Task<LoadProcess>> startAsync, ITestOutputHelper output, params string[] connections)
    {
        var watch = Stopwatch.StartNew();
        var loads = new List<LoadProcess>();
        try
        {
            foreach (var kind in connections) loads.Add(await startAsync([Rate, kind, "http"]));
            for (var rollout = 0; rollout < Rollouts; rollout++) await WebDeployment.ReplaceAsync(kubectl);
            foreach (var (kind, load) in connections.Zip(loads))
            {
                var result = await load.EndAsync();
                var line = string.Create(CultureInfo.InvariantCulture, $"{mode}, {Rollouts} rollouts in {watch.Elapsed.TotalSeconds:F0} s, connections: {kind}: {result.Line}");
                output.WriteLine(line);
                Assert.True(result.Failed == 0, line);
                Assert.True(result.Sent > 1000 * Rollouts, "only " + line);
            }
        }
        finally
        {
            foreach (var load in loads) load.Dispose();
        }
    }
}
