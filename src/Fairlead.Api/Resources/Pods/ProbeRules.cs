using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of probes and life-cycle hooks.</summary>
static class ProbeRules
{
    static readonly string[] ProbeHandlers = ["exec", "httpGet", "tcpSocket", "grpc"];
    static readonly string[] HookHandlers = ["exec", "httpGet", "tcpSocket", "sleep"];

    public static void ValidateAll(JsonObject container, string path, ContainerContext context)
    {
        var (errors, grace) = (context.Errors, context.Spec.Number("terminationGracePeriodSeconds"));
        foreach (var hook in (string[])["postStart", "preStop"])
            if (container.At($"lifecycle.{hook}") is JsonObject handler) Handler(handler, HookHandlers, grace, $"{path}.lifecycle.{hook}", errors);
        foreach (var field in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container[field] is not JsonObject probe) continue;
            var at = $"{path}.{field}";
            Probe(probe, at, grace, errors);
            if (field == "readinessProbe")
            {
                if (probe.Number("terminationGracePeriodSeconds") is { } seconds)
                    errors.Invalid($"{at}.terminationGracePeriodSeconds", seconds, "must not be set for readinessProbes");
            }
            else if (probe.Number("successThreshold") is { } threshold and not 1) errors.Invalid($"{at}.successThreshold", threshold, "must be 1");
        }
        if (container.Text("lifecycle.stopSignal").Length > 0 && context.IsPod && context.Spec.Text("os.name").Length == 0)
            errors.Forbidden($"{path}.lifecycle.stopSignal", "may not be set for containers with empty `spec.os.name`");
    }

    static void Probe(JsonObject probe, string path, long? grace, FieldErrors errors)
    {
        Handler(probe, ProbeHandlers, grace, path, errors);
        foreach (var field in (string[])["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"])
            if (probe.Number(field) is < 0 and var value) errors.Invalid($"{path}.{field}", value, "must be greater than or equal to 0");
        if (probe.Number("terminationGracePeriodSeconds") is <= 0 and var seconds)
            errors.Invalid($"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0");
    }

    static void Handler(JsonObject handler, string[] kinds, long? grace, string path, FieldErrors errors)
    {
        var found = kinds.Where(k => handler[k] is JsonObject).ToList();
        if (found.Count == 0)
        {
            errors.Required(path, "must specify a handler type");
            return;
        }
        foreach (var other in found.Skip(1)) errors.Forbidden($"{path}.{other}", "may not specify more than 1 handler type");
        var action = handler[found[0]]!;
        var at = $"{path}.{found[0]}";
        switch (found[0])
        {
            case "exec" when action.Texts("command").Count == 0:
                errors.Required($"{at}.command");
                break;
            case "httpGet":
                Port(action, at, errors);
                foreach (var header in action.Objects("httpHeaders"))
                    if (!IsHeaderName(header.Text("name")))
                        errors.Invalid($"{at}.httpHeaders", header.Text("name"), "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')");
                break;
            case "tcpSocket" or "grpc":
                Port(action, at, errors);
                break;
            case "sleep" when grace is not null && action.Number("seconds") is { } seconds && (seconds < 0 || seconds > grace):
                errors.Invalid(at, seconds, $"must be non-negative and less than terminationGracePeriodSeconds ({grace})");
                break;
        }
    }

    static void Port(JsonNode action, string path, FieldErrors errors)
    {
        if (action.Number("port") is { } number)
        {
            if (NumberSyntax.Port(number) is { } problem) errors.Invalid($"{path}.port", number, problem);
        }
        else if (action.At("port").AsText() is { } name && NameSyntax.PortName(name) is { } problem) errors.Invalid($"{path}.port", name, problem);
    }

    static bool IsHeaderName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
