using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.Deployments;

namespace Fairlead.Controllers.Tests;

/// <summary>Short ways to say what is given.</summary>
static class Given
{
    public static readonly DateTimeOffset Noon = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static PodTemplateSpec Template(string image) => new()
    {
        Metadata = new ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } },
        Spec = new PodSpec { Containers = [new Container { Name = "c", Image = image }] },
    };

    /// <summary>
    /// A Pod of the template's labels that nobody owns. It is the last to go: a controller whose copy does not have it yet
    /// makes one more than it should, as upstream's does, and then gives one up.
    /// </summary>
    public static Pod Lone(string ns) => new()
    {
        Metadata = Template("web:1").Metadata! with { Name = "lone", Namespace = ns, Annotations = new Dictionary<string, string> { ["controller.kubernetes.io/pod-deletion-cost"] = "100" } },
        Spec = Template("web:1").Spec,
    };

    public static Deployment Deployment(string ns, string name, int replicas, string image = "web:1", string strategy = "RollingUpdate",
        IntOrString? surge = null, IntOrString? unavailable = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = ns, Uid = "d", Generation = 1 },
        Spec = new DeploymentSpec
        {
            Replicas = replicas,
            Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
            Template = Template(image),
            ProgressDeadlineSeconds = 600,
            Strategy = new DeploymentStrategy
            {
                Type = strategy,
                RollingUpdate = strategy == "RollingUpdate" ? new RollingUpdateDeployment { MaxSurge = surge, MaxUnavailable = unavailable } : null,
            },
        },
    };

    /// <param name="age">Minutes before noon at which it was made.</param>
    /// <param name="desired">The Deployment's size when the set was last sized, as noted on it.</param>
    public static ReplicaSet Set(string name, int size, int available, int age, int? desired = null, int? most = null) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            Uid = name,
            CreationTimestamp = Noon.AddMinutes(-age),
            Annotations = desired is null ? null : new Dictionary<string, string>
            {
                [DeploymentAnnotations.DesiredReplicas] = $"{desired}",
                [DeploymentAnnotations.MaxReplicas] = $"{most}",
            },
        },
        Spec = new ReplicaSetSpec { Replicas = size },
        Status = new ReplicaSetStatus { Replicas = size, ReadyReplicas = available, AvailableReplicas = available },
    };

    /// <summary>A Deployment as a user writes it.</summary>
    public static Deployment Wish(this Deployment deployment) =>
        deployment with { Metadata = new ObjectMeta { Name = deployment.Metadata.Name, Namespace = deployment.Metadata.Namespace } };

    public static Pod Pod(string name, string? ip = null, bool ready = true, string? node = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "ns", Uid = name, Labels = new Dictionary<string, string> { ["app"] = "web" } },
        Spec = new PodSpec { NodeName = node, Containers = [new Container { Name = "c" }] },
        Status = new PodStatus
        {
            Phase = "Running",
            PodIP = ip,
            PodIPs = ip is null ? null : [new PodIP { Ip = ip }],
            Conditions = [new PodCondition { Type = "Ready", Status = ready ? "True" : "False", LastTransitionTime = Noon.AddHours(-1) }],
        },
    };
}
