using System.Text.Json.Nodes;
using Fairlead.Api.Resources;
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
        Func<JsonObject, JsonObject> change;
        switch (context.Target.Verb)
        {
            case "get":
                return await verbs.GetAsync(call, context, cancellation).ConfigureAwait(false);
            case "update":
                var asked = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
                change = _ => (JsonObject)asked.DeepClone();
                break;
            case "patch":
                var patch = PatchBody.Read(ContentTypes.Patch(call), await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false));
                change = old => patch.Apply(context, old);
                break;
            default:
                throw Refuse.MethodNotAllowed();
        }
        var json = await verbs.Updating.UpdateAsync(context, ChangeScope.Exact, old => Only(old, change), cancellation).ConfigureAwait(false);
        return ApiAnswer.Of(json);
    }

    /// <summary>Of the change, only the ephemeral containers.</summary>
    static JsonObject Only(JsonObject old, Func<JsonObject, JsonObject> change)
    {
        var kept = (JsonObject)old.DeepClone();
        var changed = change(old);
        kept.Metadata().Carry(changed.Metadata(), "resourceVersion");
        if (changed.Object("spec") is { } spec) ((JsonObject)kept["spec"]!).Carry(spec, "ephemeralContainers");
        return kept;
    }
}
