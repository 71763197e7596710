using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>
/// Keeps a copy of a kind's objects: lists once, then follows the watch, and lists again when the server no longer has
/// the history. Every change is told to the handlers in order, after the copy has it; after a new list the handlers
/// are told what differs, so they need not know. Reading is safe from any thread. Objects are kept without
/// managedFields, which no reader here asks for and an update may leave out.
/// </summary>
/// <remarks>
/// What can't be decoded is said in the log and listed anew after a pause, as client-go's Reflector does: the watch from
/// the same revision would bring the same event again.
/// </remarks>
/// <param name="source">Where the objects come from.</param>
/// <param name="log">Told what can't be decoded, once until a list is whole again; null: nobody is.</param>
public sealed class Informer<T>(IListWatch<T> source, Action<string>? log = null) : IInformer where T : KubeObject
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    readonly Dictionary<ObjectKey, T> objects = [];
    readonly List<InformerIndex<T>> indexes = [];
    readonly List<Action<T?, T?>> handlers = [];
    readonly List<(ObjectKey Key, Func<T?, bool> Condition, TaskCompletionSource Met)> waiters = [];
    readonly List<(long Revision, TaskCompletionSource Met)> behind = [];
    long seen;
    readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    string lastFault = "";

    public Informer(KubeClient client, string? ns, ListOptions filter, Action<string>? log = null) : this(new KindListWatch<T>(client, ns, filter), log) { }

    public Informer(KubeClient client, Action<string>? log = null) : this(client, null, ListOptions.All, log) { }

    /// <summary>Completes when the first list is in the copy and was told to the handlers.</summary>
    public Task Synced => synced.Task;

    /// <summary>
    /// Calls the handler with (old, new) at every change: old null for a new object, new null for one that went. Runs on
    /// the informer's own loop: enqueue and return. Add handlers before <see cref="RunAsync"/>.
    /// </summary>
    public void OnChange(Action<T?, T?> handler) => handlers.Add(handler);

    /// <summary>Keeps an index: <paramref name="keys"/> gives the keys under which an object is found. Add before <see cref="RunAsync"/>.</summary>
    public InformerIndex<T> AddIndex(Func<T, IEnumerable<string>> keys)
    {
        var index = new InformerIndex<T>(gate, keys);
        indexes.Add(index);
        return index;
    }

    /// <summary>The object, or null.</summary>
    public T? Get(ObjectKey key)
    {
        lock (gate) return objects.GetValueOrDefault(key);
    }

    /// <summary>All objects, as of now, in no order.</summary>
    public IReadOnlyList<T> List()
    {
        lock (gate) return [.. objects.Values];
    }

    /// <summary>
    /// Waits until the copy's object meets the condition: how a controller that has just written makes sure that it
    /// will not decide from a copy that lacks its own write. Gives up silently after the time, since the next
    /// reconciliation starts from the copy anyway.
    /// </summary>
    public async Task UntilAsync(ObjectKey key, Func<T?, bool> condition, TimeSpan atMost, CancellationToken cancellation)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = (key, condition, met);
        lock (gate)
        {
            if (condition(objects.GetValueOrDefault(key))) return;
            waiters.Add(waiter);
        }
        try { await met.Task.WaitAsync(atMost, cancellation).ConfigureAwait(false); }
        catch (TimeoutException) { }
        finally { lock (gate) waiters.Remove(waiter); }
    }

    /// <summary>
    /// Waits until the copy has everything up to the revision of an object that was just written, whatever became of the
    /// object since. Gives up silently after the time, as <see cref="UntilAsync"/> does.
    /// </summary>
    public async Task SeenAsync(T written, TimeSpan atMost, CancellationToken cancellation)
    {
        if (!long.TryParse(written.Metadata.ResourceVersion, out var revision)) return;
        var waiter = (revision, Met: new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (seen >= revision) return;
            behind.Add(waiter);
        }
        try { await waiter.Met.Task.WaitAsync(atMost, cancellation).ConfigureAwait(false); }
        catch (TimeoutException) { }
        finally { lock (gate) behind.Remove(waiter); }
    }

    /// <summary>Lists and watches until cancelled. Failures are retried with growing pauses.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var pause = TimeSpan.Zero;
        string? revision = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                revision ??= await ListAsync(cancellation).ConfigureAwait(false);
                await foreach (var change in source.WatchAsync(revision, cancellation).ConfigureAwait(false))
                {
                    Apply(change);
                    revision = change.Object.Metadata.ResourceVersion ?? revision;
                    pause = TimeSpan.Zero;
                }
            }
            catch (ApiException e) when (e.IsExpired)
            {
                revision = null;
            }
            catch (JsonException e)
            {
                Say(revision is null ? $"failed to list {typeof(T).Name}: {e.Message}" : $"watch of {typeof(T).Name} ended with: unable to decode an event from the watch stream: {e.Message}");
                revision = null;
                pause = Longer(pause);
            }
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException)
            {
                pause = Longer(pause);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                pause = LongestPause;
            }
            if (pause > TimeSpan.Zero) await Task.Delay(pause, cancellation).ConfigureAwait(false);
        }
    }

    static TimeSpan Longer(TimeSpan pause) => pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));

    void Say(string fault)
    {
        if (fault != lastFault) log?.Invoke(fault);
        lastFault = fault;
    }

    async Task<string> ListAsync(CancellationToken cancellation)
    {
        var gone = new HashSet<ObjectKey>();
        lock (gate) gone.UnionWith(objects.Keys);
        string? revision = null;
        for (var coming = source.ListAsync(null, cancellation); coming is not null;)
        {
            var part = await coming.ConfigureAwait(false);
            // The server makes the next part while this one is decoded.
            coming = part.Metadata.Continue is { Length: > 0 } next ? source.ListAsync(next, cancellation) : null;
            part.ForEach(obj =>
            {
                gone.Remove(ObjectKey.Of(obj));
                Put(obj);
            });
            revision = part.Metadata.ResourceVersion;
        }
        foreach (var key in gone) Remove(key, null);
        Advance(revision);
        lastFault = "";
        synced.TrySetResult();
        return revision ?? "0";
    }

    void Apply(WatchEvent<T> change)
    {
        if (change.Type == WatchEventType.Deleted) Remove(ObjectKey.Of(change.Object), change.Object);
        else if (change.Type != WatchEventType.Bookmark) Put(change.Object);
        Advance(change.Object.Metadata.ResourceVersion);
    }

    void Advance(string? revision)
    {
        if (!long.TryParse(revision, out var now)) return;
        lock (gate)
        {
            if (now <= seen) return;
            seen = now;
            foreach (var waiter in behind)
            {
                if (waiter.Revision <= now) waiter.Met.TrySetResult();
            }
        }
    }

    void Put(T obj)
    {
        T? old;
        lock (gate)
        {
            objects.TryGetValue(ObjectKey.Of(obj), out old);
            if (old is not null && old.Metadata.ResourceVersion == obj.Metadata.ResourceVersion) return;
            if (obj.Metadata.ManagedFields is not null) obj = obj with { Metadata = obj.Metadata with { ManagedFields = null } };
            objects[ObjectKey.Of(obj)] = obj;
            foreach (var index in indexes) index.Replace(old, obj);
            Wake(ObjectKey.Of(obj), obj);
        }
        foreach (var handler in handlers) handler(old, obj);
    }

    void Remove(ObjectKey key, T? last)
    {
        T? old;
        lock (gate)
        {
            if (!objects.Remove(key, out old)) return;
            foreach (var index in indexes) index.Replace(old, null);
            Wake(key, null);
        }
        foreach (var handler in handlers) handler(last ?? old, null);
    }

    // Called with the gate held.
    void Wake(ObjectKey key, T? now)
    {
        foreach (var waiter in waiters)
        {
            if (waiter.Key == key && waiter.Condition(now)) waiter.Met.TrySetResult();
        }
    }
}
