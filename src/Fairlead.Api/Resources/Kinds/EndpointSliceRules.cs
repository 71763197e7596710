using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A slice is bounded in size, of one family for ever, and names its ports once.</summary>
sealed class EndpointSliceRules : ResourceRules
{
    const int MaxEndpoints = 1000;
    const int MaxAddresses = 100;
    const int MaxPorts = 100;
    const int MaxHints = 8;

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("addressType").Length == 0) errors.Required("addressType");
        var endpoints = obj.Objects("endpoints");
        if (endpoints.Count > MaxEndpoints) errors.TooMany("endpoints", endpoints.Count, MaxEndpoints);
        else
            for (var i = 0; i < endpoints.Count; i++) ValidateEndpoint(endpoints[i], obj.Text("addressType"), $"endpoints[{i}]", errors);
        ValidatePorts(obj.Objects("ports"), errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ValidateCreate(obj, errors);
        if (obj.Text("addressType") != old.Text("addressType")) errors.Invalid("addressType", obj.Text("addressType"), "field is immutable");
    }

    static void ValidateEndpoint(JsonObject endpoint, string type, string path, FieldErrors errors)
    {
        var addresses = endpoint.Texts("addresses");
        if (addresses.Count == 0) errors.Required(path + ".addresses", "must contain at least 1 address");
        else if (addresses.Count > MaxAddresses) errors.TooMany(path + ".addresses", addresses.Count, MaxAddresses);
        for (var i = 0; i < addresses.Count && i < MaxAddresses; i++) ValidateAddress(addresses[i], type, $"{path}.addresses[{i}]", errors);
        if (endpoint.Text("nodeName") is { Length: > 0 } node && NameSyntax.Subdomain(node) is { } bad) errors.Invalid(path + ".nodeName", node, bad);
        if (endpoint.Text("hostname") is { Length: > 0 } host && NameSyntax.Label(host) is { } wrong) errors.Invalid(path + ".hostname", host, wrong);
        foreach (var hint in (string[])["forZones", "forNodes"])
            if (endpoint.Objects("hints." + hint) is { Count: > MaxHints } many) errors.TooMany($"{path}.hints.{hint}", many.Count, MaxHints);
    }

    static void ValidateAddress(string address, string type, string path, FieldErrors errors)
    {
        if (type == "FQDN")
        {
            if (NameSyntax.Subdomain(address) is { } wrong) errors.Invalid(path, address, wrong);
            return;
        }
        if (IPText.Parse(address) is not null && IPText.IsV6(address) != (type == "IPv6"))
            errors.Invalid(path, address, $"must be an {type} address");
        else IPText.ValidateEndpoint(address, path, errors);
    }

    static void ValidatePorts(IReadOnlyList<JsonObject> ports, FieldErrors errors)
    {
        if (ports.Count > MaxPorts)
        {
            errors.TooMany("ports", ports.Count, MaxPorts);
            return;
        }
        var names = new HashSet<string>();
        for (var i = 0; i < ports.Count; i++)
        {
            var name = ports[i].Text("name");
            if (name.Length > 0 && NameSyntax.Label(name) is { } wrong) errors.Invalid($"ports[{i}].name", name, wrong);
            if (!names.Add(name)) errors.Duplicate($"ports[{i}].name", name);
            if (ports[i].Text("protocol").Length == 0) errors.Required($"ports[{i}].protocol");
            if (ports[i].Text("appProtocol") is { Length: > 0 } app && NameSyntax.QualifiedName(app) is { } bad) errors.Invalid($"ports[{i}].appProtocol", app, bad);
        }
    }
}
