using Fairlead.Api.Resources;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Subresources;

/// <summary>What lies under an object and has rules of its own. One class a subresource; listed in the server's wiring.</summary>
public interface ISubresource
{
    /// <summary>The last part of the path, such as scale; empty for a kind that is answered and not stored.</summary>
    string Name { get; }

    bool Serves(ResourceDefinition kind);

    /// <summary>Answers one authorized request; the verb is in the context's target.</summary>
    /// <exception cref="Fairlead.Api.Errors.ApiException">The refusal.</exception>
    ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation);
}
