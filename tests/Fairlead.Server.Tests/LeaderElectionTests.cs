using System.Diagnostics;
using Fairlead.Api.Coordination.V1;
using Fairlead.Client;
using Fairlead.Client.LeaderElection;
using Fairlead.Server.Authentication;

namespace Fairlead.Server.Tests;

/// <summary>The elector of the client against the real server.</summary>
[Collection(nameof(TestServer))]
public sealed class LeaderElectionTests(TestServer server)
{
    KubeClient Client => new(server.Api.Transport(new UserInfo("candidate", [UserInfo.MastersGroup])));

    static LeaderElectionOptions Options(string lease, string identity) => new(lease, identity)
    {
        LeaseDuration = TimeSpan.FromSeconds(2), RenewDeadline = TimeSpan.FromSeconds(1), RetryPeriod = TimeSpan.FromMilliseconds(100),
    };

    sealed class Candidate : IDisposable
    {
        readonly CancellationTokenSource stop = new();
        public int Leading;
        public int Terms;
        public Task Running = Task.CompletedTask;

        public static Candidate Start(KubeClient client, LeaderElectionOptions options)
        {
            var candidate = new Candidate();
            var elector = new LeaderElector(client, options, TimeProvider.System, _ => { });
            candidate.Running = elector.RunAsync(async term =>
            {
                Interlocked.Increment(ref candidate.Terms);
                Interlocked.Increment(ref candidate.Leading);
                try { await Task.Delay(Timeout.Infinite, term); }
                finally { Interlocked.Decrement(ref candidate.Leading); }
            }, candidate.stop.Token);
            return candidate;
        }

        public bool IsLeading => Volatile.Read(ref Leading) > 0;

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public void Dispose() => stop.Dispose();
    }

    [Fact]
    public async Task One_leads_and_another_takes_over_at_once_when_it_stops()
    {
        using var one = Candidate.Start(Client, Options("released", "one"));
        await Until(() => one.IsLeading);
        using var two = Candidate.Start(Client, Options("released", "two"));
        await Task.Delay(TimeSpan.FromSeconds(3)); // longer than the Lease: it is renewed
        Assert.Equal((true, false), (one.IsLeading, two.IsLeading));
        await one.StopAsync();
        var took = Stopwatch.StartNew();
        await Until(() => two.IsLeading);
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(1.9), "it waited for the Lease's end though it was given back");
        var lease = await Client.GetAsync<Lease>("kube-system", "released", CancellationToken.None);
        Assert.Equal(("two", 2), (lease.Spec!.HolderIdentity, lease.Spec.LeaseDurationSeconds));
        Assert.Equal(1, lease.Spec.LeaseTransitions);
        await two.StopAsync();
        Assert.Equal("", (await Client.GetAsync<Lease>("kube-system", "released", CancellationToken.None)).Spec!.HolderIdentity);
    }

    [Fact]
    public async Task A_holder_that_is_gone_is_followed_after_the_lease()
    {
        var now = DateTimeOffset.UtcNow;
        await Client.CreateAsync(new Lease
        {
            Metadata = new() { Name = "dead", Namespace = "kube-system" },
            Spec = new() { HolderIdentity = "gone", LeaseDurationSeconds = 2, AcquireTime = now, RenewTime = now, LeaseTransitions = 4 },
        }, CancellationToken.None);
        var took = Stopwatch.StartNew();
        using var one = Candidate.Start(Client, Options("dead", "one"));
        await Until(() => one.IsLeading);
        Assert.True(took.Elapsed > TimeSpan.FromSeconds(1.9), "it did not wait for the holder's time");
        Assert.Equal(5, (await Client.GetAsync<Lease>("kube-system", "dead", CancellationToken.None)).Spec!.LeaseTransitions);
        await one.StopAsync();
    }

    [Fact]
    public async Task A_holder_whose_lease_was_taken_stops_and_tries_again()
    {
        using var one = Candidate.Start(Client, Options("taken", "one"));
        await Until(() => one.IsLeading);
        while (true)
        {
            var lease = await Client.GetAsync<Lease>("kube-system", "taken", CancellationToken.None);
            try
            {
                await Client.UpdateAsync(lease with { Spec = lease.Spec! with { HolderIdentity = "thief", RenewTime = DateTimeOffset.UtcNow } }, CancellationToken.None);
                break;
            }
            catch (Api.Errors.ApiException e) when (e.IsConflict) { }
        }
        await Until(() => !one.IsLeading);
        await Until(() => one.IsLeading); // the thief does not renew
        Assert.Equal(2, one.Terms);
        await one.StopAsync();
    }

    static async Task Until(Func<bool> reached)
    {
        var began = Stopwatch.StartNew();
        while (!reached())
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(30), "it did not happen");
            await Task.Delay(10);
        }
    }
}
