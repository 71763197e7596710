using System.Net;
using Fairlead.Api.Errors;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Allocation;

/// <summary>
/// The cluster addresses of Services. What is taken is known in memory, so that a free address is found without a search;
/// the address itself is taken by making its IPAddress object.
/// </summary>
public sealed class ServiceAddresses(ServiceRanges ranges, AddressObjects objects, Random random)
{
    readonly Dictionary<string, NumberPool> pools = new() { [ServiceRange.V4] = new(random), [ServiceRange.V6] = new(random) };

    /// <summary>Notes an address that is in use; false if it was known.</summary>
    public bool Restore(string address) => IPAddress.TryParse(address, out var ip) && PoolOf(address).TryTake(ServiceRange.ToNumber(ip));

    /// <summary>See <see cref="NumberPool.Compare"/>.</summary>
    public void Compare(IReadOnlyCollection<string> used, int looks)
    {
        foreach (var (family, pool) in pools)
            pool.Compare(used.Where(a => ServiceFamilies.FamilyOf(a) == family && IPAddress.TryParse(a, out _)).Select(a => ServiceRange.ToNumber(IPAddress.Parse(a))).ToHashSet(), looks);
    }

    /// <summary>Gives a Service the addresses of its families that it lacks, and gives back those it no longer has.</summary>
    public async ValueTask ReserveAsync(JsonObject obj, JsonObject? old, bool dryRun, Reservation reservation, FieldErrors errors, CancellationToken cancellation)
    {
        var (spec, before) = (obj.Object("spec")!, old.Object("spec"));
        if (ServiceFamilies.IsUnchangedPreference(spec, before)) return;
        var held = Of(before).ToArray();
        if (spec.Text("type") != "ExternalName" && spec.Text("clusterIP") != "None")
        {
            var all = spec.Texts("clusterIPs").ToList();
            var families = ServiceFamilies.Families(spec);
            for (var i = 0; i < families.Length && !errors.Any; i++)
            {
                var asked = i < all.Count && all[i].Length > 0 ? all[i] : null;
                if (asked is not null && held.Contains(asked)) continue;
                var given = asked is null
                    ? await TakeAnyAsync(families[i], obj, dryRun, reservation, cancellation).ConfigureAwait(false)
                    : await TakeAsync(asked, obj, dryRun, reservation, errors, cancellation).ConfigureAwait(false);
                if (i < all.Count) all[i] = given ?? "";
                else if (given is not null) all.Add(given);
            }
            if (errors.Any) return;
            spec["clusterIPs"] = new JsonArray([.. all.Select(a => (JsonNode)a)]);
            spec["clusterIP"] = all[0];
        }
        var now = Of(spec).ToArray();
        foreach (var address in held.Except(now)) reservation.OnKept(() => ReleaseAsync(address, old!));
    }

    /// <summary>Gives back all addresses of a Service that is gone.</summary>
    public async ValueTask ReleaseAsync(JsonObject service)
    {
        foreach (var address in Of(service.Object("spec"))) await ReleaseAsync(address, service).ConfigureAwait(false);
    }

    /// <summary>The addresses that a Service holds.</summary>
    public static IEnumerable<string> Of(JsonObject? spec) =>
        (spec.Array("clusterIPs") is { Count: > 0 } ? spec.Texts("clusterIPs") : spec.Text("clusterIP") is { } one ? [one] : [])
            .Where(a => a is not ("None" or "")).Distinct();

    async ValueTask<string?> TakeAnyAsync(string family, JsonObject service, bool dryRun, Reservation reservation, CancellationToken cancellation)
    {
        foreach (var range in (await ranges.ReadyAsync(cancellation).ConfigureAwait(false)).Where(r => r.Family == family))
        {
            while (pools[family].TakeAny(range.Numbers) is { } number)
            {
                var address = range.AddressOf(number);
                // An object of somebody else makes the address taken, for this pool too.
                if (await HoldAsync(address, service, dryRun, reservation, cancellation).ConfigureAwait(false)) return address;
            }
        }
        throw Refuse.Internal("failed to allocate a serviceIP: range is full");
    }

    async ValueTask<string?> TakeAsync(string asked, JsonObject service, bool dryRun, Reservation reservation, FieldErrors errors, CancellationToken cancellation)
    {
        var why = await RefusedAsync(asked, cancellation).ConfigureAwait(false);
        if (why is null)
        {
            if (!PoolOf(asked).TryTake(ServiceRange.ToNumber(IPAddress.Parse(asked)))
                || !await HoldAsync(asked, service, dryRun, reservation, cancellation).ConfigureAwait(false)) why = "provided IP is already allocated";
        }
        if (why is null) return asked;
        errors.Add(FieldErrorType.FieldValueInvalid, "spec.clusterIPs",
            $"Invalid value: {service.Object("spec")!["clusterIPs"]?.ToJsonString() ?? "null"}: failed to allocate IP {asked}: {why}");
        return null;
    }

    /// <summary>Why the address can be no Service's; null if it can.</summary>
    async ValueTask<string?> RefusedAsync(string asked, CancellationToken cancellation)
    {
        var address = IPAddress.Parse(asked);
        var around = (await ranges.ReadyAsync(cancellation).ConfigureAwait(false)).Where(r => r.Network.Contains(address)).ToList();
        if (around.Count == 0) return "the provided network does not match the current range";
        return around.Exists(r => r.Numbers.Contains(ServiceRange.ToNumber(address))) ? null
            : $"the provided IP ({asked}) is not in the valid range. The range of valid IPs is {around[0].Text}";
    }

    /// <summary>Makes the object of an address that the pool has given; false if there is one.</summary>
    async ValueTask<bool> HoldAsync(string address, JsonObject service, bool dryRun, Reservation reservation, CancellationToken cancellation)
    {
        if (!dryRun && !await objects.TryCreateAsync(Canonical(address), service.Namespace() ?? "", service.Name(), cancellation).ConfigureAwait(false)) return false;
        reservation.OnUndo(() => dryRun ? Forget(address) : ReleaseAsync(address, service));
        return true;
    }

    // The object first: whoever takes the number afterwards must be able to make one. Not cancelled: it would leak.
    async ValueTask ReleaseAsync(string address, JsonObject service)
    {
        await objects.RemoveAsync(Canonical(address), service.Namespace() ?? "", service.Name(), CancellationToken.None).ConfigureAwait(false);
        await Forget(address).ConfigureAwait(false);
    }

    ValueTask Forget(string address)
    {
        PoolOf(address).Release(ServiceRange.ToNumber(IPAddress.Parse(address)));
        return default;
    }

    static string Canonical(string address) => Api.Resources.Kinds.IPText.Canonical(IPAddress.Parse(address));

    NumberPool PoolOf(string address) => pools[ServiceFamilies.FamilyOf(address)];
}
