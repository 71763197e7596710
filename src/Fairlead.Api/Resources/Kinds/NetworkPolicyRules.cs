using System.Net;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Peers are Pods or addresses, ranges are ranges, and the directions follow from the rules if they are not stated.</summary>
sealed class NetworkPolicyRules : ResourceRules
{
    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        if (spec["policyTypes"] is JsonArray { Count: > 0 }) return;
        spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        WorkloadRules.ValidateSelector(obj.At("spec.podSelector"), "spec.podSelector", errors);
        Rules(obj, "ingress", "from", errors);
        Rules(obj, "egress", "to", errors);
        var types = obj.Texts("spec.policyTypes");
        if (types.Count > 2) errors.Invalid("spec.policyTypes", Shown.Json(obj.At("spec.policyTypes")), "may not specify more than two policyTypes");
        else
            foreach (var (i, type) in types.Index())
                if (type is not ("Ingress" or "Egress")) errors.NotSupported($"spec.policyTypes[{i}]", type, ["Ingress", "Egress"]);
    }

    static void Rules(JsonObject obj, string direction, string peers, FieldErrors errors)
    {
        foreach (var (i, rule) in obj.Each("spec." + direction))
        {
            var path = $"spec.{direction}[{i}]";
            foreach (var (p, port) in rule.Each("ports")) Port(port, $"{path}.ports[{p}]", errors);
            foreach (var (p, peer) in rule.Each(peers)) Peer(peer, $"{path}.{peers}[{p}]", errors);
        }
    }

    static void Port(JsonObject port, string path, FieldErrors errors)
    {
        if (port.Text("protocol") is { Length: > 0 } protocol and not ("TCP" or "UDP" or "SCTP")) errors.NotSupported(path + ".protocol", protocol, ["SCTP", "TCP", "UDP"]);
        var (number, end) = (port.Number("port"), port.Number("endPort"));
        if (number is { } n)
        {
            if (NumberSyntax.Port(n) is { } wrong) errors.Invalid(path + ".port", n, wrong);
            if (end is null) return;
            if (end < n) errors.Invalid(path + ".endPort", end, "must be greater than or equal to `port`");
            if (NumberSyntax.Port(end.Value) is { } wrongEnd) errors.Invalid(path + ".endPort", end, wrongEnd);
            return;
        }
        if (port["port"] is not null)
        {
            if (end is not null) errors.Invalid(path + ".endPort", end, "may not be specified when `port` is non-numeric");
            if (NameSyntax.PortName(port.Text("port")) is { } wrong) errors.Invalid(path + ".port", port.Text("port"), wrong);
        }
        else if (end is not null) errors.Invalid(path + ".endPort", end, "may not be specified when `port` is not specified");
    }

    static void Peer(JsonObject peer, string path, FieldErrors errors)
    {
        var count = 0;
        foreach (var selector in (string[])["podSelector", "namespaceSelector"])
        {
            if (peer[selector] is not { } given) continue;
            count++;
            WorkloadRules.ValidateSelector(given, $"{path}.{selector}", errors);
        }
        if (peer["ipBlock"] is JsonObject block)
        {
            if (count > 0) errors.Forbidden(path, "may not specify both ipBlock and another peer");
            Block(block, path + ".ipBlock", errors);
        }
        else if (count == 0) errors.Required(path, "must specify a peer");
    }

    static void Block(JsonObject block, string path, FieldErrors errors)
    {
        var cidr = block.Text("cidr");
        if (cidr.Length == 0)
        {
            errors.Required(path + ".cidr");
            return;
        }
        if (Range(cidr) is not { } range)
        {
            errors.Invalid(path + ".cidr", cidr, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            return;
        }
        foreach (var (i, text) in block.Texts("except").Index())
            if (Range(text) is not { } hole) errors.Invalid($"{path}.except[{i}]", text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            else if (!range.Contains(hole.BaseAddress) || hole.PrefixLength <= range.PrefixLength)
                errors.Invalid($"{path}.except[{i}]", text, "must be a strict subset of `cidr`");
    }

    // Host bits may be set, as upstream allows: they say nothing.
    static IPNetwork? Range(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || IPText.Parse(text[..slash]) is not { } address || !int.TryParse(text.AsSpan(slash + 1), out var length)
            || length < 0 || length > address.GetAddressBytes().Length * 8) return null;
        return new(IPText.Masked(address, length), length);
    }
}
