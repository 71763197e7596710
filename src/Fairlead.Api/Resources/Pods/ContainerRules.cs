using Fairlead.Api.Errors;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules that hold for containers of every sort.</summary>
static class ContainerRules
{
    public static void Validate(JsonObject container, string path, ContainerContext context)
    {
        var errors = context.Errors;
        var name = container.Text("name");
        if (name.Length > 0 && NameSyntax.Label(name) is { } problem) errors.Invalid($"{path}.name", name, problem);
        else if (name.Length == 0 && container["name"] is not null) errors.Required($"{path}.name");
        var image = container.Text("image");
        if (image.Length == 0) errors.Required($"{path}.image");
        else if (context.IsPod && image.Trim().Length != image.Length)
            errors.Invalid($"{path}.image", image, "must not have leading or trailing whitespace");
        Ports(container, $"{path}.ports", errors);
        EnvRules.Validate(container, path, errors);
        MountRules.Validate(container, path, context);
        ResourceRequirementRules.Validate(container["resources"], $"{path}.resources", context.Spec, errors);
        ResizePolicy(container, $"{path}.resizePolicy", context);
        SecurityRules.ValidateContainer(container["securityContext"] as JsonObject, $"{path}.securityContext", errors);
    }

    static void Ports(JsonObject container, string path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, port) in container.Each("ports"))
        {
            var at = $"{path}[{i}]";
            if (port.Text("name") is { Length: > 0 } name)
            {
                if (NameSyntax.PortName(name) is { } problem) errors.Invalid($"{at}.name", name, problem);
                else if (!names.Add(name)) errors.Duplicate($"{at}.name", name);
            }
            if (port.Number("containerPort") is { } number)
            {
                if (number == 0) errors.Required($"{at}.containerPort");
                else if (NumberSyntax.Port(number) is { } problem) errors.Invalid($"{at}.containerPort", number, problem);
            }
            if (port.Number("hostPort") is { } hostPort and not 0 && NumberSyntax.Port(hostPort) is { } wrong)
                errors.Invalid($"{at}.hostPort", hostPort, wrong);
            if (port.Text("hostIP") is { Length: > 0 } ip && IPText.Wrong(ip) is { } bad) errors.Invalid($"{at}.hostIP", ip, bad);
        }
    }

    static void ResizePolicy(JsonObject container, string path, ContainerContext context)
    {
        var resources = new HashSet<string>();
        foreach (var (i, policy) in container.Each("resizePolicy"))
        {
            var resource = policy.Text("resourceName");
            if (!resources.Add(resource)) context.Errors.Duplicate($"{path}[{i}]", resource);
            var restart = policy.Text("restartPolicy");
            if (context.Spec.Text("restartPolicy") == "Never" && restart != "NotRequired")
                context.Errors.Invalid(path, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'");
        }
    }
}
