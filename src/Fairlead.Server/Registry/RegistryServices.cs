using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Allocation;
using Fairlead.Server.Authorization;
using Fairlead.Server.Quotas;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>What the generic verbs share. One for a server.</summary>
public sealed record RegistryServices(IStore Store, AdmissionChain Admission, IReadOnlyList<IAllocator> Allocators, TimeProvider Clock)
{
    /// <summary>Bounds what namespaces use; null: nothing does.</summary>
    public QuotaLedger? Quotas { get; init; }

    /// <summary>Asked when a request turns out to do more than its verb says: an apply that makes an object.</summary>
    public required IAuthorizer Authorizer { get; init; }

    /// <summary>Cancelled when a kind is no longer served as its definition says.</summary>
    public Func<ResourceDefinition, CancellationToken> Lifetime { get; init; } = _ => CancellationToken.None;

    public string Now => ObjectFields.Time(Clock.GetUtcNow());

    /// <summary>Takes what the object needs; to be kept when it is stored, and disposed in any case.</summary>
    /// <exception cref="ApiException">Invalid: something asked for can't be had. InternalError: nothing is left.</exception>
    public async ValueTask<Reservation> ReserveAsync(ResourceDefinition kind, JsonObject obj, JsonObject? old, bool dryRun, CancellationToken cancellation)
    {
        var reservation = await AllocateAsync(kind, obj, old, dryRun, cancellation).ConfigureAwait(false);
        if (Quotas is null) return reservation;
        try
        {
            await Quotas.ChargeAsync(kind, obj, old, dryRun, reservation, cancellation).ConfigureAwait(false);
            return reservation;
        }
        catch
        {
            await reservation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async ValueTask<Reservation> AllocateAsync(ResourceDefinition kind, JsonObject obj, JsonObject? old, bool dryRun, CancellationToken cancellation)
    {
        foreach (var allocator in Allocators)
        {
            if (!allocator.Serves(kind)) continue;
            var errors = new FieldErrors();
            var reservation = await allocator.ReserveAsync(obj, old, dryRun, errors, cancellation).ConfigureAwait(false);
            if (!errors.Any) return reservation;
            await reservation.DisposeAsync().ConfigureAwait(false);
            ObjectChecks.ThrowIfAny(kind, obj, errors);
        }
        return new Reservation();
    }

    public async ValueTask ReleaseAsync(ResourceDefinition kind, JsonObject obj)
    {
        if (Quotas is not null) await Quotas.ReleaseAsync(kind, obj).ConfigureAwait(false);
        foreach (var allocator in Allocators)
        {
            if (allocator.Serves(kind)) await allocator.ReleaseAsync(obj).ConfigureAwait(false);
        }
    }
}
