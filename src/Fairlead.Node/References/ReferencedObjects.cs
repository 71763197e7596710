using System.Collections.Concurrent;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Node.Variables;

namespace Fairlead.Node.References;

/// <summary>
/// ConfigMaps and Secrets that Pods of this node refer to, each followed by a watch of its own for as long as a Pod
/// uses it: the node sees no object that none of its Pods names. Thread-safe.
/// </summary>
/// <param name="changed">Told the uid of each Pod whose referenced object changed.</param>
/// <param name="log">Told what can't be decoded.</param>
sealed class ReferencedObjects(KubeClient client, Action<string> changed, Action<string> log, CancellationToken stop)
{
    static readonly TimeSpan FirstList = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<(Type Kind, string Namespace, string Name), Entry> entries = new();

    /// <summary>The view of one Pod: what it reads is followed until <see cref="Release"/>.</summary>
    public IReferencedObjects For(string podUid) => new View(this, podUid);

    /// <summary>Ends the watches that only this Pod needed.</summary>
    public void Release(string podUid)
    {
        foreach (var (key, entry) in entries)
        {
            if (!entry.Users.TryRemove(podUid, out _) || !entry.Users.IsEmpty) continue;
            if (entries.TryRemove(key, out var removed)) removed.Stop.Cancel();
        }
    }

    async Task<T?> GetAsync<T>(string podUid, string ns, string name, CancellationToken cancellation) where T : KubeObject
    {
        var entry = entries.GetOrAdd((typeof(T), ns, name), _ => Follow<T>(ns, name));
        entry.Users.TryAdd(podUid, true);
        var informer = (Informer<T>)entry.Informer;
        await informer.Synced.WaitAsync(FirstList, cancellation).ConfigureAwait(false);
        // It may have been made a moment ago, and the watch not have told yet.
        return informer.Get(new(ns, name)) ?? await client.FindAsync<T>(ns, name, cancellation).ConfigureAwait(false);
    }

    Entry Follow<T>(string ns, string name) where T : KubeObject
    {
        var informer = new Informer<T>(client, ns, new ListOptions { FieldSelector = $"metadata.name={name}" }, line => log($"{ns}/{name}: {line}"));
        var entry = new Entry(informer, CancellationTokenSource.CreateLinkedTokenSource(stop));
        informer.OnChange((_, _) =>
        {
            foreach (var uid in entry.Users.Keys) changed(uid);
        });
        _ = RunAsync(entry);
        return entry;
    }

    static async Task RunAsync(Entry entry)
    {
        try { await entry.Informer.RunAsync(entry.Stop.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { }
    }

    sealed record Entry(IInformer Informer, CancellationTokenSource Stop)
    {
        public ConcurrentDictionary<string, bool> Users { get; } = new();
    }

    sealed class View(ReferencedObjects owner, string podUid) : IReferencedObjects
    {
        public Task<ConfigMap?> ConfigMapAsync(string ns, string name, CancellationToken cancellation) => owner.GetAsync<ConfigMap>(podUid, ns, name, cancellation);

        public Task<Secret?> SecretAsync(string ns, string name, CancellationToken cancellation) => owner.GetAsync<Secret>(podUid, ns, name, cancellation);
    }
}
