using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.BootstrapTokens;

/// <summary>
/// Signs the kubeconfig in ConfigMap kube-public/cluster-info with every bootstrap token that may sign, so that a machine
/// that knows one of them can believe it. It has one key, the map's.
/// </summary>
public sealed class BootstrapSigner : IController
{
    static readonly ObjectKey Map = new(ClusterInfoMap.Namespace, ClusterInfoMap.Name);

    readonly ControllerContext context;
    readonly Informer<ConfigMap> maps;
    readonly Informer<Secret> secrets;

    public BootstrapSigner(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        maps = context.Informers.Of<ConfigMap>();
        secrets = TokenSecrets.Of(context.Informers);
        maps.OnChange((_, now) => { if (now is not null && ObjectKey.Of(now) == Map) Queue.Add(Map); });
        secrets.OnChange((_, _) => Queue.Add(Map));
    }

    public string Name => "bootstrap-signer-controller";
    public WorkQueue<ObjectKey> Queue { get; }
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (maps.Get(Map) is not { Data: { } data } map || data.GetValueOrDefault(ClusterInfoMap.Kubeconfig) is not { } content) return null;
        var now = context.Time.GetUtcNow();
        var tokens = secrets.List().Select(BootstrapToken.Read).OfType<BootstrapToken>().Where(t => t.Signs && !t.HasEnded(now)).ToList();
        var wished = data.Where(d => !d.Key.StartsWith(ClusterInfoMap.Signature, StringComparison.Ordinal)).ToDictionary();
        foreach (var token in tokens) wished[ClusterInfoMap.Signature + token.Id] = BootstrapToken.Sign(content, token.Id, token.Secret);
        if (wished.Count != data.Count || wished.Any(w => data.GetValueOrDefault(w.Key) != w.Value))
            await context.Client.UpdateAsync(map with { Data = wished }, cancellation).ConfigureAwait(false);
        return tokens.Min(t => t.Expires) - now;
    }
}
