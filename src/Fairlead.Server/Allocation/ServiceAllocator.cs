using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Allocation;

/// <summary>
/// ClusterIPs and node ports of Services. What is taken is kept in memory and filled from the stored Services at the
/// start; a number is taken before the Service is stored and given back if that fails, so no two can hold one.
/// </summary>
public sealed class ServiceAllocator : IAllocator
{
    readonly IPNetwork range;
    readonly uint first;
    readonly NumberPool addresses;
    readonly (int First, int Last) portRange;
    readonly NumberPool ports;

    public ServiceAllocator(IPNetwork range, (int First, int Last) nodePorts, Random random)
    {
        if (range.BaseAddress.AddressFamily != AddressFamily.InterNetwork || range.PrefixLength is < 8 or > 30)
        {
            throw new ArgumentException($"{range} is no IPv4 range of 4 to 16,777,216 addresses", nameof(range));
        }
        this.range = range;
        portRange = nodePorts;
        first = Number(range.BaseAddress);
        var size = 1 << (32 - range.PrefixLength);
        addresses = new(size, Math.Min(Math.Max(16, size / 16), Math.Min(256, size / 2)), random);
        addresses.TryTake(0);
        addresses.TryTake(size - 1);
        ports = new(nodePorts.Last - nodePorts.First + 1, Math.Min(86, nodePorts.Last - nodePorts.First), random);
    }

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "services" };

    /// <summary>Takes what a stored Service holds; false if another one holds it too.</summary>
    public bool Restore(JsonObject service)
    {
        var errors = new FieldErrors();
        Reserve(service, null, errors).Keep();
        return !errors.Any;
    }

    public void Carry(JsonObject obj, JsonObject old)
    {
        if (obj.Object("spec") is not { } spec || old.Object("spec") is not { } before) return;
        if (NeedsAddress(spec) && NeedsAddress(before))
        {
            if (spec.Text("clusterIP") is null && spec.Array("clusterIPs") is not { Count: > 0 }) spec.Carry(before, "clusterIP");
            foreach (var field in (string[])["clusterIPs", "ipFamilies", "ipFamilyPolicy"])
            {
                if (spec[field] is null) spec.Carry(before, field);
            }
        }
        if (NeedsPorts(spec) && NeedsPorts(before)) CarryPorts(spec, before);
        if (spec["healthCheckNodePort"] is null && NeedsHealthPort(spec)) spec.Carry(before, "healthCheckNodePort");
    }

    public Reservation Reserve(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        var reservation = new Reservation();
        if (obj.Object("spec") is not { } spec) return reservation;
        var before = old.Object("spec");
        ReserveAddress(spec, before, reservation, errors);
        ReservePorts(spec, before, reservation, errors);
        return reservation;
    }

    public void Release(JsonObject obj)
    {
        if (obj.Object("spec") is not { } spec) return;
        if (Held(spec) is { } address && Offset(address) is { } offset) addresses.Release(offset);
        foreach (var port in HeldPorts(spec)) ReleasePort(port);
    }

    void ReserveAddress(JsonObject spec, JsonObject? before, Reservation reservation, FieldErrors errors)
    {
        var held = before is null ? null : Held(before);
        if (!NeedsAddress(spec))
        {
            foreach (var field in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) spec.Remove(field);
        }
        else
        {
            spec["ipFamilies"] ??= new JsonArray("IPv4");
            spec["ipFamilyPolicy"] ??= "SingleStack";
            var asked = spec.Text("clusterIP") ?? spec.Texts("clusterIPs").FirstOrDefault();
            if (asked is null) asked = TakeAddress(reservation, errors);
            else if (asked != "None" && asked != held) TakeAddress(asked, reservation, errors);
            if (asked is null) return;
            spec["clusterIP"] = asked;
            spec["clusterIPs"] = new JsonArray(asked);
        }
        if (held is not null && held != Held(spec) && Offset(held) is { } offset) reservation.OnKept(() => addresses.Release(offset));
    }

    string? TakeAddress(Reservation reservation, FieldErrors errors)
    {
        if (addresses.TakeAny() is not { } offset)
        {
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.clusterIPs", "Invalid value: []string(nil): failed to allocate a serviceIP: range is full");
            return null;
        }
        reservation.OnUndo(() => addresses.Release(offset));
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, first + (uint)offset);
        return new IPAddress(bytes).ToString();
    }

    void TakeAddress(string asked, Reservation reservation, FieldErrors errors)
    {
        string? why = null;
        if (Offset(asked) is not { } offset) why = $"the provided IP is not in the valid range. The range of valid IPs is {range}";
        else if (!addresses.TryTake(offset)) why = "provided IP is already allocated";
        else reservation.OnUndo(() => addresses.Release(offset));
        if (why is null) return;
        errors.Add(FieldErrorType.FieldValueInvalid, "spec.clusterIPs", $"Invalid value: []string{{\"{asked}\"}}: failed to allocate IP {asked}: {why}");
    }

    void ReservePorts(JsonObject spec, JsonObject? before, Reservation reservation, FieldErrors errors)
    {
        var held = before is null ? [] : HeldPorts(before).ToHashSet();
        var now = new HashSet<int>();
        // The same port over TCP and UDP is one node port.
        var byPort = new Dictionary<long, int>();
        var list = spec.Array("ports") ?? [];
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject port) continue;
            if (!NeedsPorts(spec)) port.Remove("nodePort");
            else if (TakePort(port, $"spec.ports[{i}].nodePort", held, now, byPort, reservation, errors) is { } number) port["nodePort"] = number;
        }
        if (!NeedsHealthPort(spec)) spec.Remove("healthCheckNodePort");
        else if (TakeNumber((int?)spec.Number("healthCheckNodePort"), "spec.healthCheckNodePort", held, now, reservation, errors) is { } health) spec["healthCheckNodePort"] = health;
        foreach (var port in held.Except(now)) reservation.OnKept(() => ReleasePort(port));
    }

    int? TakePort(JsonObject port, string path, HashSet<int> held, HashSet<int> now, Dictionary<long, int> byPort, Reservation reservation, FieldErrors errors)
    {
        var asked = port.Number("nodePort") is { } n and not 0 ? (int)n : (int?)null;
        var number = port.Number("port") ?? 0;
        asked ??= byPort.TryGetValue(number, out var shared) ? shared : null;
        if (TakeNumber(asked, path, held, now, reservation, errors) is not { } taken) return null;
        byPort[number] = taken;
        return taken;
    }

    int? TakeNumber(int? asked, string path, HashSet<int> held, HashSet<int> now, Reservation reservation, FieldErrors errors)
    {
        if (asked is { } known && (held.Contains(known) || now.Contains(known)))
        {
            now.Add(known);
            return known;
        }
        int? taken = asked;
        if (asked is null or 0) taken = ports.TakeAny() + portRange.First;
        else if (asked < portRange.First || asked > portRange.Last)
        {
            errors.Invalid(path, asked, $"provided port is not in the valid range. The range of valid ports is {portRange.First}-{portRange.Last}");
            return null;
        }
        else if (!ports.TryTake(asked.Value - portRange.First))
        {
            errors.Invalid(path, asked, "provided port is already allocated");
            return null;
        }
        if (taken is not { } number)
        {
            errors.Invalid(path, 0, "failed to allocate a nodePort: range is full");
            return null;
        }
        now.Add(number);
        reservation.OnUndo(() => ReleasePort(number));
        return number;
    }

    static void CarryPorts(JsonObject spec, JsonObject before)
    {
        foreach (var port in (spec.Array("ports") ?? []).OfType<JsonObject>().Where(p => p.Number("nodePort") is null or 0))
        {
            var same = (before.Array("ports") ?? []).OfType<JsonObject>().FirstOrDefault(p =>
                p.Number("port") == port.Number("port") && (p.Text("protocol") ?? "TCP") == (port.Text("protocol") ?? "TCP"));
            if (same?.Number("nodePort") is { } number) port["nodePort"] = number;
        }
    }

    static bool NeedsAddress(JsonObject spec) => spec.Text("type") != "ExternalName";

    static bool NeedsPorts(JsonObject spec) => spec.Text("type") switch
    {
        "NodePort" => true,
        "LoadBalancer" => spec.Flag("allocateLoadBalancerNodePorts") ?? true,
        _ => false,
    };

    static bool NeedsHealthPort(JsonObject spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";

    static string? Held(JsonObject spec) => spec.Text("clusterIP") is { } ip and not "None" ? ip : null;

    static IEnumerable<int> HeldPorts(JsonObject spec) =>
        (spec.Array("ports") ?? []).OfType<JsonObject>().Select(p => p.Number("nodePort")).Append(spec.Number("healthCheckNodePort"))
            .Where(n => n is > 0).Select(n => (int)n!.Value).Distinct();

    void ReleasePort(int port)
    {
        if (port >= portRange.First && port <= portRange.Last) ports.Release(port - portRange.First);
    }

    /// <summary>Null if the text is no address of the range.</summary>
    int? Offset(string address) =>
        IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetwork && range.Contains(ip) ? (int)(Number(ip) - first) : null;

    static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
