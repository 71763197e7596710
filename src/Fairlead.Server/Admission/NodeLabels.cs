namespace Fairlead.Server.Admission;

/// <summary>Which labels a node may give itself: its own and those of others, but of Kubernetes' own only a few (KEP-279).</summary>
static class NodeLabels
{
    const string Restricted = "node-restriction.kubernetes.io";

    static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
        "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
        "node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type",
    };

    static readonly string[] OwnDomains = ["kubelet.kubernetes.io", "node.kubernetes.io"];

    public static bool AreForbidden(string label)
    {
        var slash = label.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return false;
        var domain = label[..slash];
        if (IsIn(domain, Restricted)) return true;
        return (IsIn(domain, "kubernetes.io") || IsIn(domain, "k8s.io")) && !Allowed.Contains(label) && !OwnDomains.Any(d => IsIn(domain, d));
    }

    static bool IsIn(string domain, string parent) => domain == parent || domain.EndsWith("." + parent, StringComparison.Ordinal);
}
