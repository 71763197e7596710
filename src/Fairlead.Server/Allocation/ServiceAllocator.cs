using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Allocation;

/// <summary>
/// Families, cluster addresses and node ports of Services. Everything is taken before the Service is stored and given back
/// if that fails, so no two can hold one.
/// </summary>
/// <param name="families">The families that the cluster has, the default first.</param>
public sealed class ServiceAllocator(IReadOnlyList<string> families, ServiceAddresses addresses, ServiceNodePorts ports) : IAllocator
{
    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "services" };

    /// <summary>Notes what a stored Service holds; false if another one holds some of it too.</summary>
    public bool Restore(JsonObject service)
    {
        var spec = service.Object("spec");
        var alone = true;
        foreach (var address in ServiceAddresses.Of(spec)) alone &= addresses.Restore(address);
        foreach (var port in ServiceNodePorts.Of(spec)) alone &= ports.Restore(port);
        return alone;
    }

    /// <summary>Ends the notes of <see cref="Restore"/>.</summary>
    public ValueTask ClaimRestoredAsync(CancellationToken cancellation) => ports.ClaimRestoredAsync(cancellation);

    public async ValueTask<Reservation> ReserveAsync(JsonObject obj, JsonObject? old, bool dryRun, FieldErrors errors, CancellationToken cancellation)
    {
        var reservation = new Reservation();
        if (obj.Object("spec") is not { } spec) return reservation;
        try
        {
            ServiceFamilies.Fill(spec, old.Object("spec"), families, errors);
            if (!errors.Any) await addresses.ReserveAsync(obj, old, dryRun, reservation, errors, cancellation).ConfigureAwait(false);
            if (!errors.Any) await ports.ReserveAsync(spec, old.Object("spec"), dryRun, reservation, errors, cancellation).ConfigureAwait(false);
            return reservation;
        }
        catch
        {
            await reservation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask ReleaseAsync(JsonObject obj)
    {
        await addresses.ReleaseAsync(obj).ConfigureAwait(false);
        await ports.ReleaseAsync(obj.Object("spec")).ConfigureAwait(false);
    }
}
