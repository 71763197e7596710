using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>pods.</summary>
public static class PodResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Pod>("pod",
        Cells.Text("Ready", "How many of the containers are ready, of how many.", PodColumns.Ready),
        Cells.Text("Status", "The Pod's state, summed up from its containers.", PodColumns.Status),
        new("Restarts", "string", "How often containers were restarted, and when last.", 0, (pod, now) => PodColumns.Restarts(pod, now)),
        Cells.Age,
        Cells.Text("IP", "Address of the Pod.", PodColumns.Address, 1),
        Cells.Field("Node", "spec.nodeName", "The node that runs the Pod.", 1, Cells.None),
        Cells.Field("Nominated Node", "status.nominatedNodeName", "The node on which room is being made for the Pod.", 1, Cells.None),
        Cells.Text("Readiness Gates", "How many of the readiness gates are true, of how many.", PodColumns.ReadinessGates, 1)) with
    {
        ShortNames = ["po"],
        Categories = ["all"],
        HasStatus = true,
        CountsGeneration = true,
        DefaultGracePeriod = GracePeriod,
        SelectableFields = Fields(),
        Rules = new PodRules(),
    };

    /// <summary>A Pod that no node runs, or that has ended, has nothing to end gracefully.</summary>
    static long? GracePeriod(JsonObject pod) =>
        pod.Text("spec.nodeName").Length == 0 || pod.Text("status.phase") is "Succeeded" or "Failed"
            ? 0
            : pod.Number("spec.terminationGracePeriodSeconds") ?? 30;

    static Dictionary<string, Func<JsonObject, string>> Fields()
    {
        var fields = Select.Fields(
            ("spec.nodeName", "spec.nodeName"),
            ("spec.restartPolicy", "spec.restartPolicy"),
            ("spec.schedulerName", "spec.schedulerName"),
            ("spec.serviceAccountName", "spec.serviceAccountName"),
            ("status.phase", "status.phase"),
            ("status.nominatedNodeName", "status.nominatedNodeName"));
        fields["spec.hostNetwork"] = pod => pod.Flag("spec.hostNetwork") ? "true" : "false";
        fields["status.podIP"] = pod => pod.Objects("status.podIPs") is [var first, ..] ? first.Text("ip") : pod.Text("status.podIP");
        fields["status.podIPs"] = pod => string.Join(',', pod.Objects("status.podIPs").Select(ip => ip.Text("ip")));
        return fields;
    }
}
