using Fairlead.Api.Core.V1;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>Why a Pod can't send.</summary>
static class SenderChecks
{
    public static Finding? Find(TraceState state, Pod pod)
    {
        var key = PodFacts.KeyOf(pod);
        if (PodFacts.HasEnded(pod))
            return new(KnownCauses.SenderEnded,
                $"Pod {key} has ended (phase {pod.Status!.Phase}) and sends nothing.",
                "Ask about a Pod that runs.",
                PodFacts.Of(pod, "status.phase"));
        if (pod.Spec?.NodeName is not { Length: > 0 } node)
        {
            var why = Words.Quote(PodFacts.Condition(pod, "PodScheduled")?.Message);
            return new(KnownCauses.SenderUnscheduled,
                $"Pod {key} is on no node yet{why}.",
                "Make room for it, or change what it asks of nodes.",
                PodFacts.Of(pod, "spec.nodeName"));
        }
        if (!PodFacts.Addresses(pod).Any())
        {
            var why = PodChecks.WhyNotReady(state, pod);
            return new(KnownCauses.SenderWithoutAddress, $"Pod {key} has no address yet. {why.Text}", why.Remedy, PodFacts.Of(pod, "status.podIPs"));
        }
        if (state.Node(node) is null)
            return new(KnownCauses.SenderNodeMissing,
                $"Pod {key} is on node {node}, which is not registered: nobody serves its traffic.",
                $"Start node {node} again, or delete the Pod.",
                PodFacts.Of(pod, "spec.nodeName"));
        return null;
    }
}
