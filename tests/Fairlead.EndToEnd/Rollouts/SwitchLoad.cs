using System.Diagnostics;
using System.Globalization;
using Fairlead.EndToEnd.Machines;

namespace Fairlead.EndToEnd.Rollouts;

/// <summary>
/// 2,000 requests a second to <see cref="WebDeployment"/>, by its Service's address and by a node port alike: over new
/// connections, and over 200 that are opened once and live until the load ends.
/// </summary>
sealed class SwitchLoad : IAsyncDisposable
{
    /// <summary>Requests a second, of both kinds and by both ways.</summary>
    const int Rate = 2000;

    const double Full = 0.95 * Rate, Least = 0.25 * Rate;
    const int HeldEach = 100, MostWindows = 25;

    // While a mode is changed an emulated machine has no processor left for packets, which wait.
    const string Patience = "30";
    static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    readonly Func<int, Task<OutsideClient>> clientAsync;
    readonly string[] targets;
    readonly int newEach;
    readonly List<OutsideClient> clients = [];
    readonly List<LoadProcess> held = [], fresh = [];
    int host;

    SwitchLoad(Func<int, Task<OutsideClient>> clientAsync, int host, string[] targets, int newEach) =>
        (this.clientAsync, this.host, this.targets, this.newEach) = (clientAsync, host, targets, newEach);

    /// <summary>Opens the connections that live on.</summary>
    /// <param name="clientAsync">Makes a client, by its host number.</param>
    /// <param name="host">The first client's number; the others follow it.</param>
    /// <param name="targets">Address and port of both ways.</param>
    /// <param name="newEach">New connections a second by each way; the rest of the requests goes over those that live on.</param>
    public static async Task<SwitchLoad> StartAsync(Func<int, Task<OutsideClient>> clientAsync, int host, string[] targets, int newEach)
    {
        var load = new SwitchLoad(clientAsync, host, targets, newEach);
        try
        {
            await load.AddAsync(load.held, (Rate / targets.Length) - newEach, "hold");
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Requests at the full rate, answered, before and after a change, and in between too as fast as they are answered: none
    /// fails, and every connection that was open at the start answers afterwards. A slow computer's emulated machine may never
    /// answer all that is asked: what it answers then is its full rate, and a quarter of what is asked the least.
    /// </summary>
    /// <returns>The rates of answers, and what each load last saw.</returns>
    public async Task<string> AcrossAsync(Func<Task> changeAsync)
    {
        // Another client for each Service and each time, and none of its ports twice: what IPVS still remembers under the same
        // addresses and ports would end a new connection (Dataplanes/Ipvs/README.md, limits).
        await AddAsync(fresh, newEach, "turns");
        var before = await FullRateAsync();
        var watch = Stopwatch.StartNew();
        await changeAsync();
        var between = await WindowAsync(watch);
        watch.Restart();
        var after = await FullRateAsync();
        var again = watch.Elapsed;
        NoneFailed(await Task.WhenAll(fresh.Select(f => f.EndAsync())));
        foreach (var load in fresh) load.Dispose();
        fresh.Clear();
        return string.Create(CultureInfo.InvariantCulture, $"{before.Rate:F0} answers/s before, {between.Rate:F0} for the {between.Seconds:F0} s of the change, {after.Rate:F0} in 2 of the {again.TotalSeconds:F0} s afterwards\n  {string.Join("\n  ", after.Lines)}");
    }

    /// <summary>Ends it: not one of the connections was lost.</summary>
    public async Task EndAsync() => NoneFailed(await Task.WhenAll(held.Select(h => h.EndAsync())));

    /// <summary>
    /// The first two seconds in which the full rate is answered and every open connection answers; after a while without any,
    /// those in the middle by their rate.
    /// </summary>
    async Task<Rates> FullRateAsync()
    {
        var seen = new List<Rates>();
        await WindowAsync(Stopwatch.StartNew());
        while (seen.Count < MostWindows)
        {
            var watch = Stopwatch.StartNew();
            await Task.Delay(Window);
            seen.Add(await WindowAsync(watch));
            if (seen[^1].Rate >= Full && seen[^1].Held == HeldEach * held.Count) return seen[^1];
        }
        var usual = seen.OrderBy(s => s.Rate).ElementAt(seen.Count / 2);
        Assert.True(usual.Rate >= Least && usual.Held == HeldEach * held.Count, $"neither {Full} answers/s nor {Least} as a rule:\n{string.Join("\n\n", seen)}");
        return usual;
    }

    /// <summary>What was answered since the last time.</summary>
    async Task<Rates> WindowAsync(Stopwatch since)
    {
        var results = await Task.WhenAll(held.Concat(fresh).Select(l => l.SoFarAsync()));
        NoneFailed(results);
        var seconds = since.Elapsed.TotalSeconds;
        return new(seconds, results.Sum(r => r.Sent) / seconds, results.Sum(r => r.Held), [.. results.Select(r => r.Line)]);
    }

    static void NoneFailed(IReadOnlyList<LoadResult> results) =>
        Assert.True(results.All(r => r.Failed == 0), string.Join('\n', results.Select(r => r.Line)));

    async Task AddAsync(List<LoadProcess> to, int rate, string kind)
    {
        foreach (var target in targets)
        {
            clients.Add(await clientAsync(host++));
            to.Add(await clients[^1].LoadAsync(target, rate.ToString(CultureInfo.InvariantCulture), kind, "http", Patience));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var load in fresh.Concat(held)) load.Dispose();
        foreach (var client in clients) await client.DisposeAsync();
    }

    sealed record Rates(double Seconds, double Rate, int Held, IReadOnlyList<string> Lines)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate:F0} answers/s, {Held} open connections answered\n  {string.Join("\n  ", Lines)}");
    }
}
