using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>namespaces/finalize: takes finalizers from a namespace's spec; the last one lets it go.</summary>
public sealed class FinalizeSubresource(Verbs verbs) : ISubresource
{
    public string Name => "finalize";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "namespaces" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "update") throw Refuse.MethodNotAllowed();
        var asked = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        var json = await verbs.Updating.UpdateAsync(context, ChangeScope.Exact, old =>
        {
            foreach (var field in (string[])["uid", "resourceVersion"])
            {
                if (asked.Metadata().Text(field) is { } value) old.Metadata()[field] = value;
            }
            if (old["spec"] is not JsonObject) old["spec"] = new JsonObject();
            ((JsonObject)old["spec"]!).Put("finalizers", asked.Object("spec")?["finalizers"]?.DeepClone());
            return old;
        }, cancellation).ConfigureAwait(false);
        return ApiAnswer.Of(json);
    }
}
