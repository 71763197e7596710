using System.Globalization;
using Fairlead.Api.Core.V1;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Legs;

/// <summary>Which port and protocol the question means.</summary>
/// <param name="Named">The Service's port, if the question gave its name or it is the only one.</param>
sealed record PortLeg(int Port, TransportProtocol Protocol, ServicePort? Named)
{
    /// <exception cref="TraceQuestionException">The port is missing where it can't be guessed.</exception>
    public static (PortLeg? Chosen, Finding? Fault) Choose(TraceQuestion question, Service? service)
    {
        var protocol = question.Protocol ?? TransportProtocol.Tcp;
        var text = question.Target switch { AddressTarget a => a.Port.ToString(CultureInfo.InvariantCulture), ServiceTarget s => s.Port, NameTarget n => n.Port, _ => null };
        if (text is not null && TraceQuestion.Number(text) is { } number) return (new(number, protocol, null), null);
        if (service is null)
        {
            throw new TraceQuestionException(text is null
                ? $"--to {question.Target} names no port: write it as {question.Target}:80."
                : $"--to {question.Target}: {text} is no port: give a number from 1 to 65535.");
        }
        var ports = service.Spec?.Ports ?? [];
        var key = ClusterSnapshot.KeyOf(service);
        var chosen = text is null ? (ports.Count == 1 ? ports[0] : null) : ports.FirstOrDefault(p => p.Name == text);
        if (chosen is not null && ServicePorts.Protocol(chosen.Protocol) is { } own) return (new(chosen.Port, question.Protocol ?? own, chosen), null);
        if (text is null)
        {
            var (has, example) = ports.Count == 0 ? ("no ports: give one", 80) : ($"the ports {Names(ports)}: give one of them", ports[0].Port);
            throw new TraceQuestionException($"Service {key} has {has} as in --to {key.Name}:{example}.");
        }
        return (null, new(KnownCauses.PortNotInService, $"Service {key} has no port called {text}: it has {(ports.Count == 0 ? "none" : Names(ports))}.",
            "Ask for one of them, or add the port to spec.ports.", new("Service", key.Namespace, key.Name, "spec.ports")));
    }

    /// <summary>Ports of a Service, as sentences name them.</summary>
    public static string Names(IEnumerable<ServicePort> ports) => string.Join(", ", ports.Select(p =>
        string.Create(CultureInfo.InvariantCulture, $"{(string.IsNullOrEmpty(p.Name) ? "" : p.Name + " ")}{p.Port}/{(p.Protocol ?? "TCP").ToLowerInvariant()}")));
}
