using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.ServiceAccounts;

/// <summary>Sees to it that every namespace has the service account "default". Keyed by namespace.</summary>
public sealed class ServiceAccountController : IController
{
    readonly ControllerContext context;
    readonly Informer<Namespace> namespaces;
    readonly Informer<ServiceAccount> accounts;

    public ServiceAccountController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        namespaces = context.Informers.Of<Namespace>();
        accounts = context.Informers.Of<ServiceAccount>();
        namespaces.OnChange((_, now) => { if (now is not null) Queue.Add(ObjectKey.Of(now)); });
        accounts.OnChange((old, now) => { if (now is null && old!.Metadata.Name == "default") Queue.Add(new("", old.Metadata.Namespace!)); });
    }

    public string Name => "serviceaccount-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (namespaces.Get(key) is not { Metadata.DeletionTimestamp: null } || accounts.Get(new(key.Name, "default")) is not null) return null;
        try
        {
            await context.Client.CreateAsync(new ServiceAccount { Metadata = new ObjectMeta { Name = "default", Namespace = key.Name } }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists) { }
        return null;
    }
}
