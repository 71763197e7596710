using System.Diagnostics;

namespace Fairlead.Bench;

/// <summary>One case at one number of clients: rate, latencies, and what both sides' processors paid for a request.</summary>
sealed record LoadResult(string Name, int Clients, double PerSecond, double P50Ms, double P99Ms, double ServerMicros, double ClientMicros)
{
    public override string ToString() =>
        FormattableString.Invariant($"| {Name} | {Clients} | {PerSecond:N0} | {P50Ms:F2} | {P99Ms:F2} | {ServerMicros:F0} | {ClientMicros:F0} |");

    public const string Heading =
        "| request | clients | per second | p50 ms | p99 ms | server CPU µs | client CPU µs |\n| --- | --- | --- | --- | --- | --- | --- |";
}

/// <summary>Clients in a closed loop: each sends its next request when it has its answer.</summary>
static class LoadRun
{
    /// <param name="next">Gives client i its n-th request.</param>
    /// <param name="expected">The status code that counts as done; any other ends the run.</param>
    public static async Task<LoadResult> RunAsync(
        string name, ServerProcess server, RawClient[] clients, TimeSpan time, int expected, Func<int, int, ReadOnlyMemory<byte>> next)
    {
        var (serverBefore, clientBefore) = (server.ProcessorTime, Process.GetCurrentProcess().TotalProcessorTime);
        var began = Stopwatch.GetTimestamp();
        var loops = clients.Select((client, i) => Task.Run(() => LoopAsync(name, client, i, began, time, expected, next))).ToArray();
        var ticks = (await Task.WhenAll(loops)).SelectMany(t => t).Order().ToArray();
        var elapsed = Stopwatch.GetElapsedTime(began);
        var serverMicros = (server.ProcessorTime - serverBefore).TotalMicroseconds / ticks.Length;
        var clientMicros = (Process.GetCurrentProcess().TotalProcessorTime - clientBefore).TotalMicroseconds / ticks.Length;
        return new(name, clients.Length, ticks.Length / elapsed.TotalSeconds, At(ticks, 0.5), At(ticks, 0.99), serverMicros, clientMicros);
    }

    public static double At(long[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[(int)(quantile * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency;

    static async Task<List<long>> LoopAsync(
        string name, RawClient client, int i, long began, TimeSpan time, int expected, Func<int, int, ReadOnlyMemory<byte>> next)
    {
        var ticks = new List<long>(4096);
        for (var n = 0; Stopwatch.GetElapsedTime(began) < time; n++)
        {
            var request = next(i, n);
            var sent = Stopwatch.GetTimestamp();
            var code = await client.SendAsync(request);
            if (code != expected)
            {
                await client.SendAsync(request, keepBody: true);
                throw new InvalidOperationException($"{name}: status {code}, {client.LastBody}");
            }
            ticks.Add(Stopwatch.GetTimestamp() - sent);
        }
        return ticks;
    }
}
