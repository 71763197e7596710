namespace Fairlead.Controllers.Deployments;

/// <summary>Annotations by which a Deployment and its ReplicaSets remember their history; kubectl rollout reads them.</summary>
static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Annotations that belong to the Deployment and are not handed on to its ReplicaSets.</summary>
    public static bool StaysOnDeployment(string name) =>
        name is LastApplied or Revision or RevisionHistory or DesiredReplicas or MaxReplicas
            or "deprecated.deployment.rollback.to";

    public static long RevisionOf(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.TryGetValue(Revision, out var text) == true && long.TryParse(text, out var revision) ? revision : 0;
}
