using System.Globalization;
using Fairlead.Api.Core.V1;

namespace Fairlead.Network.Traces.Legs;

/// <summary>How a Pod's resolver is set up, by dnsPolicy and dnsConfig, as far as the cluster's names go.</summary>
/// <param name="AsksCluster">It asks the cluster's name server.</param>
/// <param name="Policy">The policy in words.</param>
/// <param name="Field">The field of the Pod that decides it.</param>
/// <param name="Searches">Domains that are tried after a name.</param>
/// <param name="Dots">A name with so many dots is tried as it is first.</param>
sealed record PodResolver(bool AsksCluster, string Policy, string Field, IReadOnlyList<string> Searches, int Dots)
{
    // Names that the kubelet gives every Pod of policy ClusterFirst.
    const int ClusterDots = 5, UsualDots = 1;

    /// <param name="servers">Addresses of the cluster's name server.</param>
    public static PodResolver Of(Pod pod, string domain, IReadOnlyCollection<string> servers)
    {
        var policy = pod.Spec?.DnsPolicy ?? "ClusterFirst";
        var ns = pod.Metadata.Namespace ?? "";
        var own = pod.Spec?.DnsConfig;
        var dots = own?.Options?.FirstOrDefault(o => o.Name == "ndots")?.Value is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        var searches = own?.Searches ?? [];
        string[] cluster = [$"{ns}.svc.{domain}", $"svc.{domain}", domain];
        // A hostNetwork Pod asks what its node asks, unless it says ClusterFirstWithHostNet.
        if (policy == "ClusterFirst" && PodFacts.IsHostNetwork(pod))
            return new(false, "hostNetwork with dnsPolicy ClusterFirst asks what its node asks", "spec.hostNetwork", searches, dots ?? UsualDots);
        if (policy is "ClusterFirst" or "ClusterFirstWithHostNet") return new(true, $"dnsPolicy {policy}", "spec.dnsPolicy", [.. cluster, .. searches], dots ?? ClusterDots);
        return own?.Nameservers?.Any(servers.Contains) == true
            ? new(true, $"dnsPolicy {policy} with a name server of its own", "spec.dnsConfig.nameservers", searches, dots ?? UsualDots)
            : new(false, $"dnsPolicy is {policy}", "spec.dnsPolicy", searches, dots ?? UsualDots);
    }

    /// <summary>The names that are tried for one, in order, as glibc does.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        var searched = Searches.Select(s => $"{name}.{s.TrimEnd('.').ToLowerInvariant()}");
        return name.Count(c => c == '.') >= Dots ? [name, .. searched] : [.. searched, name];
    }
}
