using Fairlead.Api.Resources;
using Fairlead.Server.Admission;
using Fairlead.Server.Allocation;
using Fairlead.Store;
using System.Text.Json.Nodes;
using Fairlead.Api.Errors;

namespace Fairlead.Server.Registry;

/// <summary>What the generic verbs share. One for a server.</summary>
public sealed record RegistryServices(IStore Store, IReadOnlyList<IAdmission> Admission, IReadOnlyList<IAllocator> Allocators, TimeProvider Clock)
{
    public string Now => ObjectFields.Time(Clock.GetUtcNow());

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        foreach (var rule in Admission) await rule.AdmitAsync(operation, context, obj, old, cancellation).ConfigureAwait(false);
    }

    /// <exception cref="ApiException">Invalid: something asked for can't be had.</exception>
    public Reservation? Reserve(ResourceDefinition kind, JsonObject obj, JsonObject? old)
    {
        foreach (var allocator in Allocators)
        {
            if (!allocator.Serves(kind)) continue;
            var errors = new FieldErrors();
            var reservation = allocator.Reserve(obj, old, errors);
            if (!errors.Any) return reservation;
            reservation.Dispose();
            ObjectChecks.ThrowIfAny(kind, obj, errors);
        }
        return null;
    }

    /// <summary>Copies into the changed object what it holds and does not mention.</summary>
    public void Carry(ResourceDefinition kind, JsonObject obj, JsonObject old)
    {
        foreach (var allocator in Allocators)
        {
            if (allocator.Serves(kind)) allocator.Carry(obj, old);
        }
    }

    public void Release(ResourceDefinition kind, JsonObject obj)
    {
        foreach (var allocator in Allocators)
        {
            if (allocator.Serves(kind)) allocator.Release(obj);
        }
    }
}
