using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.BootstrapTokens;

/// <summary>Removes bootstrap tokens when their time is over. Keyed by Secret.</summary>
public sealed class TokenCleaner : IController
{
    readonly ControllerContext context;
    readonly Informer<Secret> secrets;

    public TokenCleaner(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        secrets = TokenSecrets.Of(context.Informers);
        secrets.OnChange((_, now) => { if (now is not null) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "token-cleaner-controller";
    public WorkQueue<ObjectKey> Queue { get; }
    public int Workers => 1;

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (secrets.Get(key) is not { } secret || BootstrapToken.Read(secret) is not { Expires: { } end }) return null;
        var left = end - context.Time.GetUtcNow();
        if (left > TimeSpan.Zero) return left;
        await context.Client.DeleteAsync<Secret>(key.Namespace, key.Name, new DeleteOptions { Preconditions = new() { Uid = secret.Metadata.Uid } }, cancellation).ConfigureAwait(false);
        return null;
    }
}
