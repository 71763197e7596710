using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Each subset has addresses that Pods can have, and ports that are told apart by name.</summary>
sealed class EndpointsRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var subsets = obj.Objects("subsets");
        for (var i = 0; i < subsets.Count; i++)
        {
            var (path, subset) = ($"subsets[{i}]", subsets[i]);
            if (subset.Objects("addresses").Count == 0 && subset.Objects("notReadyAddresses").Count == 0)
                errors.Required(path, "must specify `addresses` or `notReadyAddresses`");
            foreach (var list in (string[])["addresses", "notReadyAddresses"]) ValidateAddresses(subset.Objects(list), $"{path}.{list}", errors);
            ValidatePorts(subset.Objects("ports"), path + ".ports", errors);
        }
    }

    static void ValidateAddresses(IReadOnlyList<JsonObject> addresses, string path, FieldErrors errors)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            IPText.ValidateEndpoint(addresses[i].Text("ip"), $"{path}[{i}].ip", errors);
            if (addresses[i].Text("hostname") is { Length: > 0 } host && NameSyntax.Label(host) is { } wrong) errors.Invalid($"{path}[{i}].hostname", host, wrong);
            if (addresses[i].Text("nodeName") is { Length: > 0 } node && NameSyntax.Subdomain(node) is { } bad) errors.Invalid($"{path}[{i}].nodeName", node, bad);
        }
    }

    static void ValidatePorts(IReadOnlyList<JsonObject> ports, string path, FieldErrors errors)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            var name = ports[i].Text("name");
            if (name.Length == 0 && ports.Count > 1) errors.Required($"{path}[{i}].name");
            else if (name.Length > 0 && NameSyntax.Label(name) is { } wrong) errors.Invalid($"{path}[{i}].name", name, wrong);
            var number = ports[i].Number("port") ?? 0;
            if (NumberSyntax.Port(number) is { } wrongPort) errors.Invalid($"{path}[{i}].port", number, wrongPort);
        }
    }
}
