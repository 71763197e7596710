using System.Globalization;
using Fairlead.Api.Errors;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Allocation;

/// <summary>
/// The node ports and health-check ports of Services, each number held by one Service, whatever the protocol. Within a Service
/// the same port over TCP and UDP shares a number.
/// </summary>
public sealed class ServiceNodePorts
{
    // A part at the low end is given out on request, or when nothing else is left (KEP-3668).
    const int FewestStatic = 16, MostStatic = 128, StaticPart = 32;

    readonly (int First, int Last) range;
    readonly int firstDynamic;
    readonly PortClaims claims;
    readonly Random random;
    readonly HashSet<int> restored = [];

    public ServiceNodePorts((int First, int Last) range, PortClaims claims, Random random)
    {
        var size = range.Last - range.First + 1;
        firstDynamic = range.First + (size <= FewestStatic ? 0 : Math.Clamp(size / StaticPart, FewestStatic, MostStatic));
        (this.range, this.claims, this.random) = (range, claims, random);
    }

    /// <summary>Notes, at the start, a port that is in use; false if another Service has it too.</summary>
    public bool Restore(int port) => restored.Add(port);

    /// <summary>Claims, at the start, what was noted.</summary>
    public ValueTask ClaimRestoredAsync(CancellationToken cancellation) => claims.AddMissingAsync(restored, cancellation);

    public bool InRange(int port) => port >= range.First && port <= range.Last;

    /// <summary>The range as messages name it: 30000-32767.</summary>
    public string Text => $"{range.First}-{range.Last}";

    /// <summary>See <see cref="PortClaims.CompareAsync"/>.</summary>
    public ValueTask CompareAsync(IEnumerable<int> used, int looks, CancellationToken cancellation) => claims.CompareAsync(used.ToHashSet(), looks, cancellation);

    /// <summary>Gives a Service the ports that it lacks, and gives back those it no longer has.</summary>
    /// <param name="before">The spec as stored; null at a create.</param>
    /// <param name="dryRun">Ports are looked for, not claimed.</param>
    public async ValueTask ReserveAsync(JsonObject spec, JsonObject? before, bool dryRun, Reservation reservation, FieldErrors errors, CancellationToken cancellation)
    {
        var ports = (spec.Array("ports") ?? []).OfType<JsonObject>().ToList();
        var taking = new PortTaking(claims, range, firstDynamic, dryRun, random, reservation, errors, cancellation);
        if (HasPorts(spec) && before is null) await CreateAsync(spec, ports, taking).ConfigureAwait(false);
        else if (HasPorts(spec)) await UpdateAsync(spec, ports, [.. PortsOf(before)], taking).ConfigureAwait(false);
        await ReserveHealthAsync(spec, before, taking).ConfigureAwait(false);
        var now = Of(spec).ToHashSet();
        foreach (var port in Of(before).Where(p => !now.Contains(p)).ToList()) reservation.OnKept(() => claims.ReleaseAsync(port, CancellationToken.None));
    }

    public async ValueTask ReleaseAsync(JsonObject? spec)
    {
        foreach (var port in Of(spec)) await claims.ReleaseAsync(port, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>All ports that a Service holds, each once.</summary>
    public static IEnumerable<int> Of(JsonObject? spec) => PortsOf(spec).Concat(NeedsHealth(spec) && HealthOf(spec) is > 0 and var health ? [health] : []).Distinct();

    static async ValueTask CreateAsync(JsonObject spec, List<JsonObject> ports, PortTaking taking)
    {
        // A number by the Service's own port: DNS over TCP and UDP is one node port.
        var known = new Dictionary<long, int>();
        for (var i = 0; i < ports.Count; i++)
        {
            var (own, asked) = (ports[i].Number("port") ?? 0, Asked(ports[i]));
            if (asked == 0 && !Allocates(spec)) continue;
            if (known.TryGetValue(own, out var shared))
            {
                if (asked == 0) ports[i]["nodePort"] = shared;
                else if (asked != shared) await taking.TakeAsync(asked, $"spec.ports[{i}].nodePort").ConfigureAwait(false);
                continue;
            }
            // One of the later ports may ask for a number for both.
            var wished = ports.Where(p => p.Number("port") == own).Select(Asked).FirstOrDefault(n => n != 0);
            if (wished != 0) await taking.TakeAsync(wished, $"spec.ports[{i}].nodePort").ConfigureAwait(false);
            ports[i]["nodePort"] = known[own] = wished != 0 ? wished : await taking.TakeAnyAsync("a nodePort").ConfigureAwait(false);
        }
    }

    static async ValueTask UpdateAsync(JsonObject spec, List<JsonObject> ports, HashSet<int> held, PortTaking taking)
    {
        var taken = new HashSet<int>();
        for (var i = 0; i < ports.Count; i++)
        {
            var asked = Asked(ports[i]);
            if (asked != 0)
            {
                if (!held.Contains(asked) && taken.Add(asked)) await taking.TakeAsync(asked, $"spec.ports[{i}].nodePort").ConfigureAwait(false);
            }
            else if (Allocates(spec)) ports[i]["nodePort"] = await taking.TakeAnyAsync("a nodePort").ConfigureAwait(false);
        }
    }

    static async ValueTask ReserveHealthAsync(JsonObject spec, JsonObject? before, PortTaking taking)
    {
        if (!NeedsHealth(spec))
        {
            if (HealthOf(spec) == 0) spec.Remove("healthCheckNodePort");
            return;
        }
        if (NeedsHealth(before)) return;
        var asked = HealthOf(spec);
        if (asked == 0) spec["healthCheckNodePort"] = await taking.TakeAnyAsync("a HealthCheck NodePort").ConfigureAwait(false);
        else if (await taking.TryTakeAsync(asked).ConfigureAwait(false) is { } why)
            throw Refuse.Internal($"failed to allocate requested HealthCheck NodePort {asked.ToString(CultureInfo.InvariantCulture)}: {why}");
    }

    static IEnumerable<int> PortsOf(JsonObject? spec) => (spec.Array("ports") ?? []).OfType<JsonObject>().Select(Asked).Where(n => n > 0);

    static int Asked(JsonObject port) => (int)(port.Number("nodePort") ?? 0);

    static int HealthOf(JsonObject? spec) => (int)(spec.Number("healthCheckNodePort") ?? 0);

    static bool HasPorts(JsonObject? spec) => spec.Text("type") is "NodePort" or "LoadBalancer";

    // Ports that are asked for are had in any case.
    static bool Allocates(JsonObject spec) => spec.Text("type") == "NodePort" || (spec.Flag("allocateLoadBalancerNodePorts") ?? true);

    static bool NeedsHealth(JsonObject? spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";
}
