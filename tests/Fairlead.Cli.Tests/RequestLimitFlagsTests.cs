using System.Text;
using Fairlead.Client;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>--max-requests-inflight and --max-mutating-requests-inflight: their sum is what priority levels divide.</summary>
public sealed class RequestLimitFlagsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The shares of the levels that every server has are 245.
    [Theory]
    [InlineData(200, 45, "5", "100")]
    [InlineData(45, 200, "5", "100")]
    [InlineData(1, 0, "1", "1")]
    [InlineData(0, 490, "10", "200")]
    [InlineData(0, 0, "0", "0")]
    public async Task Levels_divide_them(int reading, int writing, string catchAll, string workload)
    {
        using var server = ServerProcess.Start(ServerProcess.Prepare("limits", Path.Combine(folder.Path, "data")), "--max-requests-inflight", $"{reading}", "--max-mutating-requests-inflight", $"{writing}");
        await server.ReadyAsync();
        // The levels of a new cluster are made right after the server is ready.
        var metrics = "";
        for (var until = DateTime.UtcNow.AddSeconds(20); DateTime.UtcNow < until;)
        {
            metrics = Encoding.UTF8.GetString((await server.Client.Transport.SendAsync(ApiRequest.Get("/metrics"), default)).Body.Span);
            if (Seats(metrics, "catch-all") == catchAll && Seats(metrics, "workload-low") == workload) break;
            await Task.Delay(50);
        }
        Assert.Equal((catchAll, workload), (Seats(metrics, "catch-all"), Seats(metrics, "workload-low")));
        // Without a limit no request is given a level.
        Assert.Equal(reading + writing > 0, metrics.Split('\n').Any(l =>
            l.StartsWith("apiserver_flowcontrol_dispatched_requests_total{", StringComparison.Ordinal) && !l.EndsWith(" 0", StringComparison.Ordinal)));
    }

    static string? Seats(string metrics, string level) => metrics.Split('\n').FirstOrDefault(l =>
        l.StartsWith($"apiserver_flowcontrol_nominal_limit_seats{{priority_level=\"{level}\"}} ", StringComparison.Ordinal))?.Split(' ')[^1];

    [Theory]
    [InlineData("--max-requests-inflight=-1", "--max-requests-inflight is a number of requests: give 0 or more. See ./fairlead server --help.")]
    [InlineData("--max-mutating-requests-inflight=-1", "--max-mutating-requests-inflight is a number of requests: give 0 or more. See ./fairlead server --help.")]
    [InlineData("--max-requests-inflight=many", "Cannot parse argument 'many' for option '--max-requests-inflight' as a whole number. See ./fairlead server --help.")]
    public async Task What_is_no_number_of_requests_is_refused(string flag, string sentence) =>
        (await FairleadProcess.RunAsync("server", flag)).FailsWith("fairlead: " + sentence);
}
