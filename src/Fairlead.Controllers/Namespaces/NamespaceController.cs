using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Discovery;
using Fairlead.Client.Reconciling;
using Fairlead.Json;

namespace Fairlead.Controllers.Namespaces;

/// <summary>Empties a namespace that is asked to go, of every kind that the server has, and then lets it go.</summary>
public sealed class NamespaceController : IController
{
    const string Finalizer = "kubernetes";
    static readonly TimeSpan WhileEmptying = TimeSpan.FromMilliseconds(500);

    readonly ControllerContext context;
    readonly Informer<Namespace> namespaces;

    public NamespaceController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        namespaces = context.Informers.Of<Namespace>();
        namespaces.OnChange((_, now) => { if (now?.Metadata.DeletionTimestamp is not null) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "namespace-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (namespaces.Get(key) is not { Metadata.DeletionTimestamp: not null } ns) return null;
        if (ns.Status?.Phase != "Terminating")
        {
            ns = await context.Client.UpdateStatusAsync(ns with { Status = (ns.Status ?? new()) with { Phase = "Terminating" } }, cancellation).ConfigureAwait(false);
        }
        if (ns.Spec?.Finalizers?.Contains(Finalizer) != true) return null;
        var content = await EmptyAsync(key.Name, cancellation).ConfigureAwait(false);
        await WriteConditionsAsync(ns, content, cancellation).ConfigureAwait(false);
        if (!content.IsEmpty) return WhileEmptying;
        await FinalizeAsync(ns, cancellation).ConfigureAwait(false);
        return null;
    }

    async Task<NamespaceContent> EmptyAsync(string ns, CancellationToken cancellation)
    {
        var content = new NamespaceContent();
        var (resources, unknown) = await ApiCatalog.ReadAsync(context.Client, cancellation).ConfigureAwait(false);
        content.Undiscovered.AddRange(unknown);
        // Pods first, and nothing else while one is there: what they need must not go under them (KEP-5080).
        var pods = resources.First(r => r is { Group: "", Plural: "pods" });
        foreach (var resource in resources.OrderBy(r => r == pods ? 0 : 1))
        {
            if (content.Has(pods)) break;
            if (!resource.Namespaced || !resource.Verbs.Contains("list") || !resource.Verbs.Contains("delete")) continue;
            try
            {
                var items = await ItemsAsync(resource, ns, cancellation).ConfigureAwait(false);
                if (items.Count == 0) continue;
                await context.Client.RawAsync(new ApiRequest("DELETE", resource.Path(ns), "application/json", """{"propagationPolicy":"Background"}"""u8.ToArray()), cancellation).ConfigureAwait(false);
                content.Add(resource, await ItemsAsync(resource, ns, cancellation).ConfigureAwait(false));
            }
            catch (ApiException e) when (!e.IsNotFound)
            {
                content.Failures.Add($"{resource.Plural}: {e.Message}");
            }
        }
        return content;
    }

    async Task<JsonArray> ItemsAsync(ApiResourceName resource, string ns, CancellationToken cancellation)
    {
        var answer = await context.Client.RawAsync(ApiRequest.Get(resource.Path(ns)), cancellation).ConfigureAwait(false);
        return JsonTree.Parse(answer.Body.Span)?["items"] as JsonArray ?? [];
    }

    async Task WriteConditionsAsync(Namespace ns, NamespaceContent content, CancellationToken cancellation)
    {
        var conditions = content.Conditions(ns.Status?.Conditions, context.Time.GetUtcNow());
        if ((ns.Status?.Conditions ?? []).SequenceEqual(conditions)) return;
        var patch = ns with { Metadata = ns.Metadata with { ResourceVersion = null }, Status = ns.Status! with { Conditions = conditions } };
        await context.Client.UpdateStatusAsync(patch, cancellation).ConfigureAwait(false);
    }

    Task FinalizeAsync(Namespace ns, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = ns.Metadata.Name },
            ["spec"] = new JsonObject { ["finalizers"] = new JsonArray([.. (ns.Spec?.Finalizers ?? []).Where(f => f != Finalizer).Select(f => (JsonNode?)f)]) },
        };
        var path = KubeClient.ObjectPath<Namespace>(null, ns.Metadata.Name!) + "/finalize";
        return context.Client.RawAsync(new ApiRequest("PUT", path, "application/json", System.Text.Encoding.UTF8.GetBytes(body.ToJsonString())), cancellation);
    }
}
