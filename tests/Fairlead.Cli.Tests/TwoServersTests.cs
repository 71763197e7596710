using System.Diagnostics;
using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Client;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>Two real servers on one real etcd, of which the leading one is killed under load.</summary>
public sealed class TwoServersTests(ITestOutputHelper output)
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task One_is_killed_under_load_and_nothing_is_lost()
    {
        using var etcd = new EtcdProcess();
        using var folder = new TemporaryFolder();
        var layout = ServerProcess.Prepare("two", Path.Combine(folder.Path, "data"));
        using var one = ServerProcess.Start(layout, "--etcd-servers", etcd.Endpoint.ToString());
        await one.ReadyAsync();
        using var two = ServerProcess.Start(layout, "--etcd-servers", etcd.Endpoint.ToString());
        await two.ReadyAsync();
        await Until(() => one.Output.Contains("leads kube-scheduler") && one.Output.Contains("leads kube-controller-manager"));
        Assert.DoesNotContain("leads kube", two.Output);
        var holder = await HolderAsync(two.Client);

        using var stop = new CancellationTokenSource();
        var acknowledged = new List<string>();
        var seen = new List<string>();
        var begin = (await one.Client.ListAsync<ConfigMap>("default", ListOptions.All, None)).Metadata.ResourceVersion!;
        var watching = WatchAsync([one.Client, two.Client], begin, seen, stop.Token);
        var writing = Enumerable.Range(0, 4).Select(w => WriteAsync([one.Client, two.Client], w, acknowledged, stop.Token)).ToArray();
        await Until(() => Count(acknowledged) > 200);
        one.Kill();
        var killed = Stopwatch.StartNew();
        var before = Count(acknowledged);
        await Until(() => Count(acknowledged) > before + 200);
        output.WriteLine($"200 more writes {killed.Elapsed.TotalSeconds:0.0} s after the kill");
        await Until(() => two.Output.Contains("leads kube-scheduler") && two.Output.Contains("leads kube-controller-manager"));
        output.WriteLine($"the Leases moved {killed.Elapsed.TotalSeconds:0.0} s after the kill");
        Assert.NotEqual(holder, await HolderAsync(two.Client));
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        var there = (await two.Client.ListAsync<ConfigMap>("default", ListOptions.All, None)).Items.Select(c => c.Metadata.Name!).ToHashSet();
        Assert.Empty(acknowledged.Except(there));
        await watching;
        Assert.Empty(acknowledged.Except(seen));
        Assert.Equal(seen.Count, seen.Distinct().Count());
        output.WriteLine($"{acknowledged.Count} writes were acknowledged");

        // Controllers work where they moved to: a namespace gets its service account.
        await two.Client.CreateAsync(new Namespace { Metadata = new() { Name = "after" } }, None);
        await Until(async () => await two.Client.FindAsync<ServiceAccount>("after", "default", None) is not null);
        await two.StopAsync();
    }

    static async Task<string?> HolderAsync(KubeClient client) => (await client.GetAsync<Lease>("kube-system", "kube-scheduler", None)).Spec!.HolderIdentity;

    /// <summary>Each name once; what was not answered with success is not tried again under the same name.</summary>
    static async Task WriteAsync(KubeClient[] clients, int writer, List<string> acknowledged, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var name = $"w{writer}-{n}";
            try
            {
                await clients[n % clients.Length].CreateAsync(new ConfigMap { Metadata = new() { Name = name, Namespace = "default" } }, None);
                lock (acknowledged) acknowledged.Add(name);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ApiException) { await Task.Delay(5, None); }
        }
    }

    /// <summary>Follows until everything up to the end was seen, at the next server when one fails, from where it was.</summary>
    static async Task WatchAsync(KubeClient[] clients, string from, List<string> seen, CancellationToken stop)
    {
        var at = 0;
        while (true)
        {
            try
            {
                using var quiet = new CancellationTokenSource();
                using var stopped = stop.Register(() => quiet.CancelAfter(TimeSpan.FromSeconds(3)));
                await foreach (var e in clients[at].WatchAsync<ConfigMap>("default", new ListOptions { ResourceVersion = from }, quiet.Token))
                {
                    from = e.Object.Metadata.ResourceVersion!;
                    if (e.Type == WatchEventType.Added) seen.Add(e.Object.Metadata.Name!);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested) { return; }
            catch (Exception e) when (e is HttpRequestException or IOException) { }
            at = (at + 1) % clients.Length;
            await Task.Delay(20, None);
        }
    }

    static int Count(List<string> names) { lock (names) return names.Count; }

    static Task Until(Func<bool> reached) => Until(() => Task.FromResult(reached()));

    static async Task Until(Func<Task<bool>> reached)
    {
        var began = Stopwatch.StartNew();
        while (!await reached())
        {
            Assert.True(began.Elapsed < TimeSpan.FromMinutes(1), "it did not happen within a minute");
            await Task.Delay(20);
        }
    }
}
