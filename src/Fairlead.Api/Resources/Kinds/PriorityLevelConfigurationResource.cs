using Fairlead.Api.FlowControl.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>prioritylevelconfigurations.flowcontrol.apiserver.k8s.io.</summary>
public static class PriorityLevelConfigurationResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<PriorityLevelConfiguration>("prioritylevelconfiguration",
        Cells.Field("Type", "spec.type", "Whether requests are limited."),
        Amount("NominalConcurrencyShares", "The share of all seats.", "spec.limited.nominalConcurrencyShares", "spec.exempt.nominalConcurrencyShares"),
        Amount("Queues", "Number of queues.", "spec.limited.limitResponse.queuing.queues"),
        Amount("HandSize", "Queues in a flow's hand.", "spec.limited.limitResponse.queuing.handSize"),
        Amount("QueueLengthLimit", "Most requests in one queue.", "spec.limited.limitResponse.queuing.queueLengthLimit"),
        Cells.Age) with
    {
        HasStatus = true,
        CountsGeneration = true,
        Rules = new PriorityLevelConfigurationRules(),
    };

    static TableColumn Amount(string name, string description, params string[] paths) =>
        Cells.Text(name, description, level => paths.Select(p => level.Number(p)?.ToString(System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault(t => t is not null) ?? Cells.None);
}
