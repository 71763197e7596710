using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Node.Cgroups;

/// <summary>What the kernel is told of a container's or a Pod's resources. Null: no limit.</summary>
/// <param name="CpuShares">Relative weight in cgroup v1's terms, 2 to 262144.</param>
/// <param name="CpuQuotaUs">Microseconds of processor time in each period of <see cref="PeriodUs"/>.</param>
sealed record CgroupLimits(long CpuShares, long? CpuQuotaUs, long? MemoryBytes)
{
    public const long PeriodUs = 100_000;
    const long LeastShares = 2, MostShares = 262_144, LeastQuota = 1000;

    public static CgroupLimits Of(Container container)
    {
        var resources = container.Resources;
        var limit = Milli(resources?.Limits, "cpu");
        var request = Milli(resources?.Requests, "cpu") ?? limit ?? 0;
        return new(Shares(request), Quota(limit), Bytes(resources?.Limits));
    }

    /// <summary>The Pod as a whole: a limit only where every container has one.</summary>
    public static CgroupLimits Of(Pod pod)
    {
        var containers = pod.Spec?.Containers ?? [];
        var sidecars = (pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy == "Always").ToList();
        var once = (pod.Spec?.InitContainers ?? []).Where(c => c.RestartPolicy != "Always").ToList();
        List<Container> together = [.. containers, .. sidecars];
        var shares = Math.Max(together.Sum(Request), once.Select(Request).DefaultIfEmpty().Max());
        return new(Shares(shares), Quota(Limit(c => Milli(c.Resources?.Limits, "cpu"))), Limit(c => Bytes(c.Resources?.Limits)));

        long Request(Container c) => Milli(c.Resources?.Requests, "cpu") ?? Milli(c.Resources?.Limits, "cpu") ?? 0;

        long? Limit(Func<Container, long?> of) =>
            together.Concat(once).All(c => of(c) is > 0)
                ? Math.Max(together.Sum(c => of(c)!.Value), once.Select(c => of(c)!.Value).DefaultIfEmpty().Max())
                : null;
    }

    /// <summary>
    /// oom_score_adj: containers of Guaranteed Pods are taken last, of BestEffort first, Burstable by the share of the
    /// node's memory that they did not ask for. Nothing below zero is asked for: an unprivileged node can't lower it.
    /// </summary>
    public static int OomScore(Pod pod, Container container, long nodeMemory)
    {
        switch (QosClass.Of(pod))
        {
            case QosClass.Guaranteed: return 0;
            case QosClass.BestEffort: return 1000;
            default:
                var request = container.Resources?.Requests is { } requests && requests.TryGetValue("memory", out var quantity) ? quantity.Value : 0;
                var score = 1000 - (int)(1000 * (double)request / Math.Max(1, nodeMemory));
                return Math.Clamp(score, 3, 999);
        }
    }

    static long Shares(long milli) => Math.Clamp(milli * 1024 / 1000, LeastShares, MostShares);

    static long? Quota(long? milli) => milli is > 0 ? Math.Max(LeastQuota, milli.Value * PeriodUs / 1000) : null;

    static long? Milli(IReadOnlyDictionary<string, Quantity>? resources, string name) =>
        resources is not null && resources.TryGetValue(name, out var quantity) ? quantity.MilliValue : null;

    static long? Bytes(IReadOnlyDictionary<string, Quantity>? limits) =>
        limits is not null && limits.TryGetValue("memory", out var quantity) && quantity.Sign > 0 ? quantity.Value : null;
}
