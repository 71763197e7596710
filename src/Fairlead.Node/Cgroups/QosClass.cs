using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Node.Cgroups;

/// <summary>A Pod's quality of service class by its requests and limits of cpu and memory.</summary>
static class QosClass
{
    public const string Guaranteed = "Guaranteed", Burstable = "Burstable", BestEffort = "BestEffort";

    static readonly string[] Counted = ["cpu", "memory"];

    public static string Of(Pod pod)
    {
        if (pod.Status?.QosClass is { Length: > 0 } set) return set;
        var containers = (pod.Spec?.InitContainers ?? []).Concat(pod.Spec?.Containers ?? []).ToList();
        var any = containers.Any(c => Counted.Any(r => Positive(c.Resources?.Requests, r) || Positive(c.Resources?.Limits, r)));
        if (!any) return BestEffort;
        var all = containers.All(c => Counted.All(r =>
            Positive(c.Resources?.Limits, r) && (!Has(c.Resources?.Requests, r, out var request) || request == c.Resources!.Limits![r])));
        return all ? Guaranteed : Burstable;
    }

    static bool Positive(IReadOnlyDictionary<string, Quantity>? resources, string name) => Has(resources, name, out var q) && q.Sign > 0;

    static bool Has(IReadOnlyDictionary<string, Quantity>? resources, string name, out Quantity quantity)
    {
        quantity = default;
        return resources is not null && resources.TryGetValue(name, out quantity);
    }
}
