using Fairlead.Api.Resources;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>status of every kind that has one: read as the whole object, written alone.</summary>
public sealed class StatusSubresource(Verbs verbs) : ISubresource
{
    public string Name => "status";

    public bool Serves(ResourceDefinition kind) => kind.HasStatus;

    public ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation) => context.Target.Verb switch
    {
        "get" => verbs.GetAsync(call, context, cancellation),
        "update" => verbs.UpdateAsync(call, context, ChangeScope.Status, cancellation),
        "patch" => verbs.PatchAsync(call, context, ChangeScope.Status, cancellation),
        _ => throw Refuse.MethodNotAllowed(),
    };
}
