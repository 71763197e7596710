using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Server.Allocation;

/// <summary>Gives out what only one object may hold, such as a Service's address.</summary>
public interface IAllocator
{
    bool Serves(ResourceDefinition kind);

    /// <summary>
    /// Takes what the object needs beyond what it held, and writes it into the object. What can't be had is added to
    /// the errors.
    /// </summary>
    /// <param name="old">The stored object; null at a create.</param>
    /// <param name="dryRun">Nothing may be left behind: the reservation will not be kept.</param>
    /// <exception cref="ApiException">InternalError: there is nothing left to give.</exception>
    ValueTask<Reservation> ReserveAsync(JsonObject obj, JsonObject? old, bool dryRun, FieldErrors errors, CancellationToken cancellation);

    /// <summary>Gives back everything that an object held that is gone.</summary>
    ValueTask ReleaseAsync(JsonObject obj);
}
