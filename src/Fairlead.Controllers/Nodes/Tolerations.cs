using Fairlead.Api.Core.V1;

namespace Fairlead.Controllers.Nodes;

/// <summary>How long a Pod may stay on a tainted node. Pure.</summary>
static class Tolerations
{
    /// <summary>
    /// When the Pod must go because of NoExecute taints; null if it may stay for good. A toleration's seconds begin when
    /// both the taint and the Pod are there.
    /// </summary>
    public static DateTimeOffset? Ends(Pod pod, IReadOnlyList<Taint> taints, DateTimeOffset now)
    {
        DateTimeOffset? end = null;
        foreach (var taint in taints)
        {
            var matching = (pod.Spec?.Tolerations ?? []).Where(t => Tolerates(t, taint)).ToList();
            var since = taint.TimeAdded ?? now;
            if (pod.Metadata.CreationTimestamp is { } created && created > since) since = created;
            DateTimeOffset? until = matching.Count == 0 ? since
                : matching.Min(t => t.TolerationSeconds) is { } seconds ? since.AddSeconds(Math.Max(0, seconds))
                : null;
            if (until is not null && (end is null || until < end)) end = until;
        }
        return end;
    }

    static bool Tolerates(Toleration toleration, Taint taint) =>
        (string.IsNullOrEmpty(toleration.Effect) || toleration.Effect == taint.Effect)
        && (string.IsNullOrEmpty(toleration.Key) ? toleration.Operator == "Exists" : toleration.Key == taint.Key)
        && (toleration.Operator == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));
}
