using System.Globalization;
using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
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
    const string Taken = "provided port is already allocated", Full = "range is full";

    readonly (int First, int Last) range;
    readonly NumberRange numbers;
    readonly NumberPool pool;

    public ServiceNodePorts((int First, int Last) range, Random random)
    {
        var size = range.Last - range.First + 1;
        var reserved = size <= FewestStatic ? 0 : Math.Clamp(size / StaticPart, FewestStatic, MostStatic);
        (this.range, pool) = (range, new(random));
        numbers = new((UInt128)range.First, (UInt128)(range.First + reserved), (UInt128)range.Last);
    }

    /// <summary>Notes a port that is in use; false if it was known.</summary>
    public bool Restore(int port) => pool.TryTake((UInt128)port);

    public bool InRange(int port) => port >= range.First && port <= range.Last;

    /// <summary>The range as messages name it: 30000-32767.</summary>
    public string Text => $"{range.First}-{range.Last}";

    /// <summary>See <see cref="NumberPool.Compare"/>.</summary>
    public void Compare(IEnumerable<int> used, int looks) => pool.Compare(used.Select(p => (UInt128)p).ToHashSet(), looks);

    /// <summary>Gives a Service the ports that it lacks, and gives back those it no longer has.</summary>
    /// <param name="before">The spec as stored; null at a create.</param>
    public void Reserve(JsonObject spec, JsonObject? before, Reservation reservation, FieldErrors errors)
    {
        var ports = (spec.Array("ports") ?? []).OfType<JsonObject>().ToList();
        if (HasPorts(spec) && before is null) Create(spec, ports, reservation, errors);
        else if (HasPorts(spec)) Update(spec, ports, [.. PortsOf(before)], reservation, errors);
        ReserveHealth(spec, before, reservation);
        var now = Of(spec).ToHashSet();
        foreach (var port in Of(before).Where(p => !now.Contains(p)).ToList()) reservation.OnKept(() => Release(port));
    }

    public ValueTask ReleaseAsync(JsonObject? spec)
    {
        foreach (var port in Of(spec)) pool.Release((UInt128)port);
        return default;
    }

    /// <summary>All ports that a Service holds, each once.</summary>
    public static IEnumerable<int> Of(JsonObject? spec) => PortsOf(spec).Concat(NeedsHealth(spec) && HealthOf(spec) is > 0 and var health ? [health] : []).Distinct();

    void Create(JsonObject spec, List<JsonObject> ports, Reservation reservation, FieldErrors errors)
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
                else if (asked != shared) Take(asked, $"spec.ports[{i}].nodePort", reservation, errors);
                continue;
            }
            // One of the later ports may ask for a number for both.
            var wished = ports.Where(p => p.Number("port") == own).Select(Asked).FirstOrDefault(n => n != 0);
            if (wished != 0) Take(wished, $"spec.ports[{i}].nodePort", reservation, errors);
            ports[i]["nodePort"] = known[own] = wished != 0 ? wished : TakeAny("a nodePort", reservation);
        }
    }

    void Update(JsonObject spec, List<JsonObject> ports, HashSet<int> held, Reservation reservation, FieldErrors errors)
    {
        var taken = new HashSet<int>();
        for (var i = 0; i < ports.Count; i++)
        {
            var asked = Asked(ports[i]);
            if (asked != 0)
            {
                if (!held.Contains(asked) && taken.Add(asked)) Take(asked, $"spec.ports[{i}].nodePort", reservation, errors);
            }
            else if (Allocates(spec)) ports[i]["nodePort"] = TakeAny("a nodePort", reservation);
        }
    }

    void ReserveHealth(JsonObject spec, JsonObject? before, Reservation reservation)
    {
        if (!NeedsHealth(spec))
        {
            if (HealthOf(spec) == 0) spec.Remove("healthCheckNodePort");
            return;
        }
        if (NeedsHealth(before)) return;
        var asked = HealthOf(spec);
        if (asked == 0) spec["healthCheckNodePort"] = TakeAny("a HealthCheck NodePort", reservation);
        else if (TryTake(asked, reservation) is { } why)
            throw Refuse.Internal($"failed to allocate requested HealthCheck NodePort {asked.ToString(CultureInfo.InvariantCulture)}: {why}");
    }

    void Take(int asked, string path, Reservation reservation, FieldErrors errors)
    {
        if (TryTake(asked, reservation) is { } why) errors.Invalid(path, asked, why);
    }

    string? TryTake(int asked, Reservation reservation)
    {
        if (!InRange(asked)) return $"provided port is not in the valid range. The range of valid ports is {Text}";
        if (!pool.TryTake((UInt128)asked)) return Taken;
        reservation.OnUndo(() => Release(asked));
        return null;
    }

    int TakeAny(string what, Reservation reservation)
    {
        if (pool.TakeAny(numbers) is not { } number) throw Refuse.Internal($"failed to allocate {what}: {Full}");
        reservation.OnUndo(() => Release((int)number));
        return (int)number;
    }

    ValueTask Release(int port)
    {
        pool.Release((UInt128)port);
        return default;
    }

    static IEnumerable<int> PortsOf(JsonObject? spec) => (spec.Array("ports") ?? []).OfType<JsonObject>().Select(Asked).Where(n => n > 0);

    static int Asked(JsonObject port) => (int)(port.Number("nodePort") ?? 0);

    static int HealthOf(JsonObject? spec) => (int)(spec.Number("healthCheckNodePort") ?? 0);

    static bool HasPorts(JsonObject? spec) => spec.Text("type") is "NodePort" or "LoadBalancer";

    // Ports that are asked for are had in any case.
    static bool Allocates(JsonObject spec) => spec.Text("type") == "NodePort" || (spec.Flag("allocateLoadBalancerNodePorts") ?? true);

    static bool NeedsHealth(JsonObject? spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";
}
