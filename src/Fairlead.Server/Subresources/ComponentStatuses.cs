using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Subresources;

/// <summary>core/v1 ComponentStatus: each component is asked when it is read.</summary>
public sealed class ComponentStatuses(IReadOnlyList<ComponentProbe> components, TimeProvider clock) : ISubresource
{
    static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    readonly ListWriter lists = new(clock);

    public string Name => "";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "componentstatuses" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var (kind, form) = (context.Kind, Representation.Of(call));
        if (context.Target.Verb == "get")
        {
            var asked = components.FirstOrDefault(c => c.Name == context.Target.Name) ?? throw Refuse.NotFound(kind, context.Target.Name!);
            return lists.Object(kind, StoredObject.Bytes(await StatusAsync(kind, asked, cancellation).ConfigureAwait(false)), form, call.Query);
        }
        if (context.Target.Verb != "list") throw Refuse.MethodNotAllowed();
        var selection = ListQuery.Read(kind, call.Query).Selection;
        var all = await Task.WhenAll(components.Select(c => StatusAsync(kind, c, cancellation))).ConfigureAwait(false);
        var chosen = all.Where(o => selection.Matches(ObjectFacts.Of(kind, o))).Select(o => new StoreEntry(o.Name(), 0, 0, StoredObject.Bytes(o)));
        return lists.List(kind, new([.. chosen], 0, null, null), form, call.Query);
    }

    static async Task<JsonObject> StatusAsync(ResourceDefinition kind, ComponentProbe component, CancellationToken cancellation)
    {
        var wrong = await AskAsync(component, cancellation).ConfigureAwait(false);
        var condition = new JsonObject { ["type"] = "Healthy", ["status"] = wrong is null ? "True" : "False" };
        if (wrong is null) condition["message"] = "ok";
        else condition["error"] = wrong;
        return new()
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = component.Name, ["creationTimestamp"] = null },
            ["conditions"] = new JsonArray(condition),
        };
    }

    static async Task<string?> AskAsync(ComponentProbe component, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(Within);
        try { return await component.Ask(time.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return $"no answer within {Within.TotalSeconds} s"; }
        catch (Exception e) when (e is not OperationCanceledException) { return e.Message; }
    }
}
