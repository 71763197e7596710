using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers.ServiceAccounts;

/// <summary>
/// Keeps the cluster's CA in every namespace as ConfigMap kube-root-ca.crt, from where Pods mount it beside their
/// token. Keyed by namespace.
/// </summary>
public sealed class RootCertificatePublisher : IController
{
    const string MapName = "kube-root-ca.crt";
    const string Entry = "ca.crt";

    readonly ControllerContext context;
    readonly Informer<Namespace> namespaces;
    readonly Informer<ConfigMap> maps;

    public RootCertificatePublisher(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        namespaces = context.Informers.Of<Namespace>();
        maps = context.Informers.Of<ConfigMap>();
        namespaces.OnChange((_, now) => { if (now is not null) Queue.Add(ObjectKey.Of(now)); });
        maps.OnChange((old, now) =>
        {
            var map = (now ?? old)!;
            if (map.Metadata.Name == MapName) Queue.Add(new("", map.Metadata.Namespace!));
        });
    }

    public string Name => "root-ca-certificate-publisher-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (namespaces.Get(key) is not { Metadata.DeletionTimestamp: null }) return null;
        var present = maps.Get(new(key.Name, MapName));
        var data = new Dictionary<string, string> { [Entry] = context.Options.RootCertificate };
        try
        {
            if (present is null)
            {
                var map = new ConfigMap { Metadata = new ObjectMeta { Name = MapName, Namespace = key.Name }, Data = data };
                await context.Client.CreateAsync(map, cancellation).ConfigureAwait(false);
            }
            else if (present.Data?.GetValueOrDefault(Entry) != context.Options.RootCertificate || present.Data.Count != 1)
            {
                await context.Client.UpdateAsync(present with { Data = data }, cancellation).ConfigureAwait(false);
            }
        }
        catch (ApiException e) when (e.IsAlreadyExists) { }
        return null;
    }
}
