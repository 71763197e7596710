using Fairlead.Api.Discovery;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Aggregation;

/// <summary>
/// Keeps an APIService for each version that this server serves itself: those of built-in kinds are looked after once at
/// the start (label automanaged: onstart), those of users' kinds as long as it runs (automanaged: true). One that bears
/// no such label is its maker's. Source: kube-aggregator, pkg/controllers/autoregister.
/// </summary>
public sealed class LocalVersions(RegisteredVersions registered, ResourceCatalog catalog, Verbs verbs, ResourceDefinition kind, TimeProvider clock, ILogger log)
{
    const string Automanaged = "kube-aggregator.kubernetes.io/automanaged";
    const string OnStart = "onstart";
    const string Always = "true";

    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Makes, corrects and removes all of them. To be awaited before the server is ready.</summary>
    public Task EnsureAsync(CancellationToken cancellation) => ReconcileAsync(true, cancellation);

    /// <summary>Follows users' kinds until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var changed = new ChangeSignal();
        Action tell = changed.Set;
        catalog.Changed += tell;
        try
        {
            while (true)
            {
                var (kinds, registrations) = (changed.Next, registered.Changes.Next);
                var done = true;
                try { await ReconcileAsync(false, cancellation).ConfigureAwait(false); }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    log.LogError(e, "an APIService of this server's own versions could not be brought up to date");
                    done = false;
                }
                Task change = Task.WhenAny(kinds, registrations);
                await change.WaitAsync(done ? Timeout.InfiniteTimeSpan : Retry, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            catalog.Changed -= tell;
        }
    }

    async Task ReconcileAsync(bool starting, CancellationToken cancellation)
    {
        var existing = registered.Current.All;
        var wished = catalog.All.GroupBy(k => (k.Group, k.Version)).Where(g => g.Key.Group != ServedVersion.Registration)
            .Select(g => (Version: ServedVersion.Local(g.Key.Group, g.Key.Version, g.All(k => k.Type is null)), Mode: g.All(k => k.Type is null) ? Always : OnStart))
            .ToDictionary(w => w.Version.Name, StringComparer.Ordinal);
        foreach (var (version, mode) in wished.Values)
        {
            if (!starting && mode == OnStart) continue;
            if (!existing.TryGetValue(version.Name, out var found)) await CreateAsync(version, mode, cancellation).ConfigureAwait(false);
            else if (Mode(found) is not null && !JsonNode.DeepEquals(found["spec"], Spec(version))) await CorrectAsync(version, cancellation).ConfigureAwait(false);
        }
        foreach (var (name, found) in existing)
        {
            if (Mode(found) is { } mode && (mode == Always || starting) && !wished.ContainsKey(name)) await DeleteAsync(name, cancellation).ConfigureAwait(false);
            else if (found.Object("spec").Object("service") is null && RemoteApi.Condition(found) is var known && (known.Text("status"), known.Text("reason")) != ("True", "Local"))
                await AffirmAsync(name, cancellation).ConfigureAwait(false);
        }
    }

    static string? Mode(JsonObject found) => found.Metadata().Object("labels").Text(Automanaged) is (OnStart or Always) and var mode ? mode : null;

    static JsonObject Spec(ServedVersion version)
    {
        var spec = new JsonObject { ["version"] = version.Version, ["groupPriorityMinimum"] = version.GroupPriority, ["versionPriority"] = version.VersionPriority };
        if (version.Group.Length > 0) spec.Insert(0, "group", version.Group);
        return spec;
    }

    Task CreateAsync(ServedVersion version, string mode, CancellationToken cancellation) => TryAsync(async () => await verbs.Creation.CreateAsync(Context(version.Name), new()
    {
        ["metadata"] = new JsonObject { ["name"] = version.Name, ["labels"] = new JsonObject { [Automanaged] = mode } },
        ["spec"] = Spec(version),
    }, cancellation).ConfigureAwait(false));

    Task CorrectAsync(ServedVersion version, CancellationToken cancellation) => TryAsync(async () => await verbs.Updating.UpdateAsync(Context(version.Name), ChangeScope.Object, obj =>
    {
        if (Mode(obj) is not null) obj["spec"] = Spec(version);
        return obj;
    }, cancellation).ConfigureAwait(false));

    Task AffirmAsync(string name, CancellationToken cancellation) => TryAsync(async () => await verbs.Updating.UpdateAsync(Context(name), ChangeScope.Status, obj =>
    {
        if (obj.Object("spec").Object("service") is null)
            Conditions.Set(obj, "Available", "True", "Local", "Local APIServices are always available", ObjectFields.Time(clock.GetUtcNow()));
        return obj;
    }, cancellation).ConfigureAwait(false));

    Task DeleteAsync(string name, CancellationToken cancellation) =>
        TryAsync(async () => await verbs.Deletion.DeleteAsync(Context(name), new(), cancellation).ConfigureAwait(false));

    // Other servers of the cluster do the same at the same time.
    static async Task TryAsync(Func<Task> write)
    {
        try { await write().ConfigureAwait(false); }
        catch (ApiException e) when (e.IsNotFound || e.IsConflict || e.IsAlreadyExists) { }
    }

    WriteContext Context(string name) => WriteContext.Internal(kind, null, name);
}
