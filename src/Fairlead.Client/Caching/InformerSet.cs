using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>
/// One informer a kind for all who share a process: ask for informers, add handlers, then run. Not thread-safe until
/// <see cref="RunAsync"/> is called.
/// </summary>
/// <param name="log">Told what can't be decoded; null: nobody is.</param>
public sealed class InformerSet(KubeClient client, Action<string>? log = null)
{
    readonly Dictionary<(Type Kind, string? Namespace, string Fields), IInformer> informers = [];

    /// <summary>The informer over all objects of the kind.</summary>
    public Informer<T> Of<T>() where T : KubeObject => Get<T>(null, "", null);

    /// <summary>The informer over all objects of the kind, which keeps what this reads of them, for all who share it.</summary>
    /// <exception cref="InvalidOperationException">Somebody has asked for it before.</exception>
    public Informer<T> Of<T>(ItemReader<T> read) where T : KubeObject =>
        informers.ContainsKey((typeof(T), null, "")) ? throw new InvalidOperationException($"{typeof(T).Name} is read in another way already") : Get(null, "", read);

    /// <summary>The informer over those objects of a namespace that a field selector leaves.</summary>
    public Informer<T> Of<T>(string ns, string fieldSelector) where T : KubeObject => Get<T>(ns, fieldSelector, null);

    Informer<T> Get<T>(string? ns, string fields, ItemReader<T>? read) where T : KubeObject
    {
        if (!informers.TryGetValue((typeof(T), ns, fields), out var informer))
            informers[(typeof(T), ns, fields)] = informer = new Informer<T>(new KindListWatch<T>(client, ns, fields.Length == 0 ? ListOptions.All : new ListOptions { FieldSelector = fields }, read), log);
        return (Informer<T>)informer;
    }

    /// <summary>Completes when every informer has its first list.</summary>
    public Task Synced => Task.WhenAll(informers.Values.Select(i => i.Synced));

    /// <summary>Runs all informers until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(informers.Values.Select(i => i.RunAsync(cancellation)));
}
