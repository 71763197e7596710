namespace Fairlead.Api.Discovery;

/// <summary>One version of a group, and where it stands among others. See APIService's groupPriorityMinimum and versionPriority.</summary>
public sealed record ServedVersion(string Group, string Version, int GroupPriority, int VersionPriority)
{
    /// <summary>The group whose objects say all this. It comes before every other one and belongs to this server.</summary>
    public const string Registration = "apiregistration.k8s.io";

    /// <summary>Where upstream's kube-apiserver puts its own versions (pkg/controlplane, the priorities of its APIServices).</summary>
    static readonly Dictionary<string, (int Group, int Version)> BuiltIn = new(StringComparer.Ordinal)
    {
        ["/v1"] = (18000, 1),
        ["apps/v1"] = (17800, 15),
        ["events.k8s.io/v1"] = (17750, 15),
        ["authentication.k8s.io/v1"] = (17700, 15),
        ["authorization.k8s.io/v1"] = (17600, 15),
        ["autoscaling/v1"] = (17500, 15),
        ["autoscaling/v2"] = (17500, 30),
        ["batch/v1"] = (17400, 15),
        ["certificates.k8s.io/v1"] = (17300, 15),
        ["networking.k8s.io/v1"] = (17200, 15),
        ["policy/v1"] = (17200, 15),
        ["rbac.authorization.k8s.io/v1"] = (17000, 15),
        ["storage.k8s.io/v1"] = (16800, 15),
        ["admissionregistration.k8s.io/v1"] = (16700, 15),
        ["apiextensions.k8s.io/v1"] = (16700, 15),
        ["scheduling.k8s.io/v1"] = (16600, 15),
        ["coordination.k8s.io/v1"] = (16500, 15),
        ["node.k8s.io/v1"] = (16300, 15),
        ["discovery.k8s.io/v1"] = (16200, 15),
        ["flowcontrol.apiserver.k8s.io/v1"] = (16100, 21),
        [Registration + "/v1"] = (int.MaxValue, 15),
    };

    /// <summary>A version that this server serves itself.</summary>
    /// <param name="custom">True for one of users' kinds.</param>
    public static ServedVersion Local(string group, string version, bool custom)
    {
        var (ofGroup, ofVersion) = custom ? (1000, 100) : BuiltIn.GetValueOrDefault($"{group}/{version}", (15900, 9));
        return new(group, version, ofGroup, ofVersion);
    }

    /// <summary>VERSION.GROUP: what the APIService of this version is called.</summary>
    public string Name => $"{Version}.{Group}";
}
