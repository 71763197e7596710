using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A Service's ports: in range, named if there are several, and no two the same.</summary>
static class ServicePortRules
{
    static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        var ports = obj.Objects("spec.ports");
        var (type, headless) = (obj.Text("spec.type"), obj.Text("spec.clusterIP") == "None");
        if (ports.Count == 0 && !headless && type != "ExternalName") errors.Required("spec.ports");
        var names = new HashSet<string>();
        for (var i = 0; i < ports.Count; i++)
        {
            var path = $"spec.ports[{i}]";
            ValidateName(ports[i], path, ports.Count > 1, names, errors);
            ValidateNumbers(ports[i], path, headless, errors);
            if (type is "ClusterIP" or "ExternalName" && ports[i].Number("nodePort") is > 0)
                errors.Forbidden(path + ".nodePort", $"may not be used when `type` is '{type}'");
            if (ports[i].Text("appProtocol") is { Length: > 0 } app && NameSyntax.QualifiedName(app) is { } wrong) errors.Invalid(path + ".appProtocol", app, wrong);
        }
        ValidateDistinct(ports, errors);
    }

    static void ValidateName(JsonObject port, string path, bool required, HashSet<string> seen, FieldErrors errors)
    {
        var name = port.Text("name");
        if (name.Length == 0)
        {
            if (required) errors.Required(path + ".name");
        }
        else if (NameSyntax.Label(name) is { } wrong) errors.Invalid(path + ".name", name, wrong);
        else if (!seen.Add(name)) errors.Duplicate(path + ".name", name);
    }

    static void ValidateNumbers(JsonObject port, string path, bool headless, FieldErrors errors)
    {
        var number = port.Number("port") ?? 0;
        if (NumberSyntax.Port(number) is { } wrongPort) errors.Invalid(path + ".port", number, wrongPort);
        if (port.Text("protocol") is not { Length: > 0 } protocol) errors.Required(path + ".protocol");
        else if (!Protocols.Contains(protocol)) errors.NotSupported(path + ".protocol", protocol, Protocols);
        if (port.Number("targetPort") is { } target)
        {
            if (NumberSyntax.Port(target) is { } wrongTarget) errors.Invalid(path + ".targetPort", target, wrongTarget);
        }
        else if (port.Text("targetPort") is { Length: > 0 } name && NameSyntax.PortName(name) is { } wrong) errors.Invalid(path + ".targetPort", name, wrong);
        if (port.Number("nodePort") is { } node and not 0 && NumberSyntax.Port(node) is { } wrongNode) errors.Invalid(path + ".nodePort", node, wrongNode);
    }

    static void ValidateDistinct(IReadOnlyList<JsonObject> ports, FieldErrors errors)
    {
        var (byPort, byNodePort) = (new HashSet<(long?, string)>(), new HashSet<(long?, string)>());
        for (var i = 0; i < ports.Count; i++)
        {
            var (number, node, protocol) = (ports[i].Number("port"), ports[i].Number("nodePort"), ports[i].Text("protocol"));
            if (!byPort.Add((number, protocol)))
                errors.Duplicate($"spec.ports[{i}]", new JsonObject { ["protocol"] = protocol, ["port"] = number }.ToJsonString());
            if (node is > 0 && !byNodePort.Add((node, protocol))) errors.Duplicate($"spec.ports[{i}].nodePort", node);
        }
    }
}
