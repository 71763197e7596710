using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.LeaderElection;

/// <summary>
/// Runs something in one process of several: in the one that holds a Lease (as client-go's leaderelection). Clocks need
/// not agree: everyone measures by his own how long he has not seen the Lease renewed.
/// </summary>
/// <remarks>
/// The holder stops before others may take the Lease, if both their clocks run at the same rate. A write that was under
/// way then may still arrive; the API's resourceVersions are what guards against that.
/// </remarks>
public sealed class LeaderElector(KubeClient client, LeaderElectionOptions options, TimeProvider time, Action<string> log)
{
    LeaseSpec? seen;
    long seenAt;

    /// <summary>
    /// Waits for the Lease, runs <paramref name="lead"/> while it is held, and begins again when it was lost. Gives it
    /// back when cancelled. Ends early only if <paramref name="lead"/> ends by itself.
    /// </summary>
    /// <param name="lead">Is to end soon after its token is cancelled.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        while (true)
        {
            await AcquireAsync(cancellation).ConfigureAwait(false);
            log($"{options.Identity} leads {options.Name}");
            using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var leading = lead(term.Token);
            var lost = await RenewAsync(leading, cancellation).ConfigureAwait(false);
            await term.CancelAsync().ConfigureAwait(false);
            try { await leading.ConfigureAwait(false); }
            catch (OperationCanceledException) when (lost || cancellation.IsCancellationRequested) { }
            finally
            {
                if (!lost) await ReleaseAsync().ConfigureAwait(false);
            }
            cancellation.ThrowIfCancellationRequested();
            if (!lost) return;
            log($"{options.Identity} has lost {options.Name}: it could not be renewed for {options.RenewDeadline.TotalSeconds:0.#} s");
        }
    }

    async Task AcquireAsync(CancellationToken cancellation)
    {
        while (!await TryAsync(options.RenewDeadline, cancellation).ConfigureAwait(false))
        {
            await Task.Delay(Jittered(), time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Renews until what runs ends or the caller cancels (false), or the Lease is lost (true).</summary>
    async Task<bool> RenewAsync(Task leading, CancellationToken cancellation)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            var wait = Task.Delay(options.RetryPeriod, time, cancellation);
            if (await Task.WhenAny(leading, wait).ConfigureAwait(false) == leading || cancellation.IsCancellationRequested) return false;
            var left = options.RenewDeadline - time.GetElapsedTime(renewed);
            var began = time.GetTimestamp();
            if (left > TimeSpan.Zero && await TryAsync(left, cancellation).ConfigureAwait(false)) renewed = began;
            else if (left <= TimeSpan.Zero || IsAnothers()) return true;
        }
    }

    bool IsAnothers() => seen?.HolderIdentity is { Length: > 0 } holder && holder != options.Identity;

    /// <summary>Takes or renews the Lease; false if it is another's, or can't be had just now.</summary>
    async Task<bool> TryAsync(TimeSpan within, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(within);
        try
        {
            var lease = await client.FindAsync<Lease>(options.Namespace, options.Name, bound.Token).ConfigureAwait(false);
            if (lease is null) return See(await client.CreateAsync(New(), bound.Token).ConfigureAwait(false));
            if (lease.Spec != seen) See(lease);
            var mine = lease.Spec?.HolderIdentity == options.Identity;
            if (!mine && IsAnothers() && time.GetElapsedTime(seenAt) < TimeSpan.FromSeconds(seen!.LeaseDurationSeconds ?? 0)) return false;
            return See(await client.UpdateAsync(lease with { Spec = Renewed(lease.Spec, mine) }, bound.Token).ConfigureAwait(false));
        }
        catch (Exception e) when ((e is ApiException or HttpRequestException or IOException or OperationCanceledException) && !cancellation.IsCancellationRequested)
        {
            return false; // Another was faster, or the API does not answer: the caller tries again.
        }
    }

    /// <summary>Gives it back, so that another need not wait for its end.</summary>
    async Task ReleaseAsync()
    {
        using var bound = new CancellationTokenSource(options.RetryPeriod);
        try
        {
            var lease = await client.FindAsync<Lease>(options.Namespace, options.Name, bound.Token).ConfigureAwait(false);
            if (lease?.Spec?.HolderIdentity != options.Identity) return;
            var now = time.GetUtcNow();
            var spec = lease.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1, AcquireTime = now, RenewTime = now };
            await client.UpdateAsync(lease with { Spec = spec }, bound.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException or IOException or OperationCanceledException)
        {
            // It ends by itself.
        }
    }

    bool See(Lease lease)
    {
        (seen, seenAt) = (lease.Spec, time.GetTimestamp());
        return true;
    }

    Lease New() => new() { Metadata = new ObjectMeta { Name = options.Name, Namespace = options.Namespace }, Spec = Renewed(null, false) };

    LeaseSpec Renewed(LeaseSpec? before, bool mine)
    {
        var now = time.GetUtcNow();
        return new()
        {
            HolderIdentity = options.Identity,
            LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
            AcquireTime = mine ? before!.AcquireTime : now,
            RenewTime = now,
            LeaseTransitions = before is null ? 0 : (before.LeaseTransitions ?? 0) + (mine ? 0 : 1),
        };
    }

    // Those who wait do not all try at the same time.
    TimeSpan Jittered() => options.RetryPeriod * (1 + 0.2 * Random.Shared.NextDouble());
}
