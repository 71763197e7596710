using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Keeps the condition Available of other servers' APIServices, and what discovery says of them. One loop for each, so
/// that none waits for another; woken by changes of its APIService, Service and endpoints, else every 30 seconds.
/// </summary>
public sealed class RemoteAvailability(
    RegisteredVersions registered, ServiceChanges services, RemoteCheck check, RemoteDocuments documents, AvailabilityMetrics metrics,
    Verbs verbs, ResourceDefinition kind, TimeProvider clock, ILogger log)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);

    readonly Dictionary<string, (CancellationTokenSource Stop, Task Loop)> running = new(StringComparer.Ordinal);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var change = registered.Changes.Next;
                var remote = registered.Current.Remote;
                foreach (var path in running.Keys.Where(p => !remote.ContainsKey(p)).ToList())
                {
                    running.Remove(path, out var gone);
                    await EndAsync(gone).ConfigureAwait(false);
                }
                foreach (var path in remote.Keys.Where(p => !running.ContainsKey(p)))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    running[path] = (stop, FollowAsync(path, stop.Token));
                }
                await change.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var one in running.Values) await EndAsync(one).ConfigureAwait(false);
        }
    }

    static async Task EndAsync((CancellationTokenSource Stop, Task Loop) one)
    {
        await one.Stop.CancelAsync().ConfigureAwait(false);
        await one.Loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        one.Stop.Dispose();
    }

    async Task FollowAsync(string path, CancellationToken cancellation)
    {
        RemoteApi? last = null;
        var delay = FirstRetry;
        try
        {
            while (true)
            {
                var (registration, service) = (registered.Changes.Next, services.Changes.Next);
                if (registered.Current.Remote.GetValueOrDefault(path) is not { } api)
                {
                    // It may come back before anyone else has seen it gone.
                    await registration.WaitAsync(cancellation).ConfigureAwait(false);
                    continue;
                }
                last = api;
                delay = await LookAsync(api, cancellation).ConfigureAwait(false) ? Every : delay < Every ? delay * 2 : Every;
                if (await WaitAsync(api, registration, service, delay, cancellation).ConfigureAwait(false)) delay = FirstRetry;
            }
        }
        finally
        {
            if (last is not null)
            {
                documents.Remove(last);
                metrics.Forget(last.Served.Name);
            }
        }
    }

    /// <summary>Waits for the next look; true if something has changed that it is about.</summary>
    async Task<bool> WaitAsync(RemoteApi api, Task registration, Task service, TimeSpan delay, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var time = Task.Delay(delay, clock, stop.Token);
        while (true)
        {
            var first = await Task.WhenAny(registration, service, time).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            // Other APIServices' changes, and what this loop itself writes, are no reason to look.
            if (first == registration)
            {
                registration = registered.Changes.Next;
                if (registered.Current.Remote.GetValueOrDefault(api.Path) is { } now && now with { Available = api.Available } == api) continue;
            }
            await stop.CancelAsync().ConfigureAwait(false);
            return first != time;
        }
    }

    /// <returns>True if the server is available and its condition says so.</returns>
    async Task<bool> LookAsync(RemoteApi api, CancellationToken cancellation)
    {
        try
        {
            var found = await check.RunAsync(api, cancellation).ConfigureAwait(false);
            // Before the condition says so: whoever reads Available finds the resources.
            documents.Put(api, found);
            metrics.Observed(api.Served.Name, api.Available, found);
            await WriteAsync(api, found, cancellation).ConfigureAwait(false);
            // Last, as it may be long and nobody waits for it.
            if (found.Passed && await check.SwaggerAsync(api, documents.Current.Swaggers.GetValueOrDefault(api.Path), cancellation).ConfigureAwait(false) is { } swagger) documents.Put(api, swagger);
            return found.Passed;
        }
        catch (ApiException e) when (e.IsNotFound || e.IsConflict) { return false; } // its next event tells
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "the state of APIService {Name} can't be told", api.Served.Name);
            return false;
        }
    }

    async Task WriteAsync(RemoteApi api, RemoteFindings found, CancellationToken cancellation)
    {
        var now = ObjectFields.Time(clock.GetUtcNow());
        await verbs.Updating.UpdateAsync(WriteContext.Internal(kind, null, api.Served.Name), ChangeScope.Status, obj =>
        {
            // It may have become another server's while this one was asked.
            if (RemoteApi.Of(obj) is { } current && current with { Available = api.Available } == api) Conditions.Set(obj, "Available", found.Status, found.Reason, found.Message, now);
            return obj;
        }, cancellation).ConfigureAwait(false);
    }
}
