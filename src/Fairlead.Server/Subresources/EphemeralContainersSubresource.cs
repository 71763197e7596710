using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>pods/ephemeralcontainers: adds debugging containers to a running Pod (KEP-277).</summary>
public sealed class EphemeralContainersSubresource(Verbs verbs) : ISubresource
{
    public string Name => "ephemeralcontainers";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "pods" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb == "get") return await verbs.GetAsync(call, context, cancellation).ConfigureAwait(false);
        var change = await ChangeBody.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        var json = await verbs.Updating.UpdateAsync(context, ChangeScope.Exact, old => Only(context, old, change), cancellation).ConfigureAwait(false);
        return ApiAnswer.Of(json);
    }

    /// <summary>Of the change, only the ephemeral containers.</summary>
    static JsonObject Only(WriteContext context, JsonObject old, Func<JsonObject, JsonObject> change)
    {
        var kept = (JsonObject)old.DeepClone();
        var changed = change(old);
        kept.Metadata().Carry(changed.Metadata(), "resourceVersion");
        if (changed.Object("spec") is { } spec)
        {
            CheckAdded(context, kept.Object("spec"), spec);
            ((JsonObject)kept["spec"]!).Carry(spec, "ephemeralContainers");
        }
        return kept;
    }

    /// <summary>What is there runs already: it may neither change nor go.</summary>
    static void CheckAdded(WriteContext context, JsonObject? old, JsonObject spec)
    {
        var errors = new FieldErrors();
        var now = (spec.Array("ephemeralContainers") ?? []).OfType<JsonObject>().ToList();
        foreach (var container in (old.Array("ephemeralContainers") ?? []).OfType<JsonObject>())
        {
            var name = container.Text("name");
            if (now.FirstOrDefault(c => c.Text("name") == name) is not { } same) errors.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers \"{name}\" may not be removed\n");
            else if (!JsonNode.DeepEquals(same, container)) errors.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers \"{name}\" may not be changed\n");
        }
        if (errors.Any) throw Refuse.Invalid(context.Kind, context.Target.Name!, errors);
    }
}
