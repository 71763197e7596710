using Fairlead.Api.Meta.V1;
using Fairlead.Api.Policy.V1;
using Fairlead.Api.Resources;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>pods/eviction: a deletion that a disruption budget could refuse; until there are budgets, a deletion.</summary>
public sealed class EvictionSubresource(Verbs verbs) : ISubresource
{
    public string Name => "eviction";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "pods" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "create") throw Refuse.MethodNotAllowed();
        var body = await ObjectDecoder.ReadAsync<Eviction>(call, cancellation).ConfigureAwait(false);
        var asked = body.Object("deleteOptions");
        var options = new DeleteOptions
        {
            GracePeriodSeconds = asked.Number("gracePeriodSeconds"),
            PropagationPolicy = asked.Text("propagationPolicy"),
            Preconditions = asked.Object("preconditions") is { } p ? new Preconditions { Uid = p.Text("uid"), ResourceVersion = p.Text("resourceVersion") } : null,
        };
        var dryRun = context.DryRun || asked.Texts("dryRun").Contains("All");
        await verbs.Deletion.DeleteAsync(context with { DryRun = dryRun }, options, cancellation).ConfigureAwait(false);
        return Statuses.Success(201);
    }
}
