using Fairlead.Api.Rbac.V1;
using static Fairlead.Server.Authorization.Rbac.PolicyText;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>
/// The role of each controller, given to the ServiceAccount of its name in kube-system, as Kubernetes v1.33 has them. The
/// deployment controller may patch Deployments too: ours does not send whole objects.
/// </summary>
static class DefaultControllerRoles
{
    const string Prefix = "system:controller:";
    const string Apps = "apps extensions", Sets = "get list watch update", Made = "list watch create delete patch";

    /// <summary>The account that has the role.</summary>
    public static string Account(ClusterRole role) => role.Metadata.Name![Prefix.Length..];

    public static IReadOnlyList<ClusterRole> All() => [.. Workloads(), .. Networking(), .. Housekeeping(), .. Storage()];

    static ClusterRole Of(string controller, params PolicyRule[] rules) => Role(Prefix + controller, rules);

    static ClusterRole[] Workloads() =>
    [
        Of("cronjob-controller", Rule(Sets, "batch", "cronjobs"), Rule("get list watch create update delete patch", "batch", "jobs"),
            Rule("update", "batch", "cronjobs/status cronjobs/finalizers"), Rule("list watch delete", "core", "pods"), Events),
        Of("daemon-set-controller", Rule(Read, Apps, "daemonsets"), Rule("update", Apps, "daemonsets/status daemonsets/finalizers"), Rule("list watch", "core", "nodes"),
            Rule(Made, "core", "pods"), Rule("create", "core", "pods/binding"),
            Rule("get list watch create delete update patch", "apps", "controllerrevisions"), Events),
        Of("deployment-controller", Rule(Sets + " patch", Apps, "deployments"), Rule("update", Apps, "deployments/status deployments/finalizers"),
            Rule("get list watch create update patch delete", Apps, "replicasets"), Rule(Sets, "core", "pods"), Events),
        Of("disruption-controller", Rule(Read, Apps, "deployments replicasets"), Rule(Read, "core", "replicationcontrollers"),
            Rule(Read, "policy", "poddisruptionbudgets"), Rule(Read, "apps", "statefulsets"), Rule("update", "policy", "poddisruptionbudgets/status"),
            Rule("patch update", "core", "pods/status"), Rule("get", "*", "*/scale"), Events),
        Of("horizontal-pod-autoscaler", Rule(Read, "autoscaling", "horizontalpodautoscalers"), Rule("update", "autoscaling", "horizontalpodautoscalers/status"),
            Rule("get update", "*", "*/scale"), Rule("list", "core", "pods"), Rule("list", "metrics.k8s.io", "pods"),
            Rule("get list", "custom.metrics.k8s.io", "*"), Rule("get list", "external.metrics.k8s.io", "*"), Events),
        Of("job-controller", Rule("get list watch update patch", "batch", "jobs"), Rule("update", "batch", "jobs/status jobs/finalizers"), Rule(Made, "core", "pods"), Events),
        Of("replicaset-controller", Rule(Sets, Apps, "replicasets"), Rule("update", Apps, "replicasets/status replicasets/finalizers"), Rule(Made, "core", "pods"), Events),
        Of("replication-controller", Rule(Sets, "core", "replicationcontrollers"), Rule("update", "core", "replicationcontrollers/status replicationcontrollers/finalizers"),
            Rule(Made, "core", "pods"), Events),
        Of("statefulset-controller", Rule("list watch", "core", "pods"), Rule(Read, "apps", "statefulsets"), Rule("update", "apps", "statefulsets/status statefulsets/finalizers"),
            Rule("get create delete update patch", "core", "pods"), Rule("get create delete update patch list watch", "apps", "controllerrevisions"),
            Rule("get create list watch update delete", "core", "persistentvolumeclaims"), Rule("update", "core", "pods/finalizers"), Events),
        Of("ttl-after-finished-controller", Rule("get list watch delete", "batch", "jobs"), Events),
    ];

    static ClusterRole[] Networking() =>
    [
        Of("endpoint-controller", Rule(Read, "core", "services pods"), Rule("get list create update delete", "core", "endpoints"), Rule("create", "core", "endpoints/restricted"), Events),
        Of("endpointslice-controller", Rule(Read, "core", "services pods nodes"), Rule("update", "core", "services/finalizers"),
            Rule("get list create update delete", "discovery.k8s.io", "endpointslices"), Rule("create", "discovery.k8s.io", "endpointslices/restricted"), Events),
        Of("endpointslicemirroring-controller", Rule(Read, "core", "services endpoints"), Rule("update", "core", "services/finalizers endpoints/finalizers"),
            Rule("get list create update delete", "discovery.k8s.io", "endpointslices"), Rule("create", "discovery.k8s.io", "endpointslices/restricted"), Events),
        Of("route-controller", Rule("list watch", "core", "nodes"), Rule("patch", "core", "nodes/status"), Events),
        Of("service-controller", Rule(Read, "core", "services"), Rule("patch update", "core", "services/status"), Rule("list watch", "core", "nodes"), Events),
        Of("service-cidrs-controller", Rule("get list watch patch update", "networking.k8s.io", "servicecidrs"),
            Rule("patch update", "networking.k8s.io", "servicecidrs/finalizers servicecidrs/status"), Rule(Read, "networking.k8s.io", "ipaddresses"), Events),
    ];

    static ClusterRole[] Housekeeping() =>
    [
        Of("certificate-controller", Rule("get list watch delete", "certificates.k8s.io", "certificatesigningrequests"),
            Rule("update", "certificates.k8s.io", "certificatesigningrequests/status certificatesigningrequests/approval"),
            Rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"),
            Rule("sign", "certificates.k8s.io", "signers", "kubernetes.io/legacy-unknown kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving"),
            Rule("create", "authorization.k8s.io", "subjectaccessreviews"), Events),
        Of("clusterrole-aggregation-controller", Rule("escalate get list patch update watch", ApiGroup, "clusterroles")),
        Of("generic-garbage-collector", Rule("get list watch patch update delete", "*", "*"), Events),
        Of("legacy-service-account-token-cleaner", Rule("get", "core", "configmaps", "kube-apiserver-legacy-service-account-token-tracking"), Rule("patch delete", "core", "secrets")),
        Of("namespace-controller", Rule("get list watch delete", "core", "namespaces"), Rule("update", "core", "namespaces/finalize namespaces/status"),
            Rule("get list watch delete deletecollection", "*", "*")),
        Of("node-controller", Rule("get list update delete patch", "core", "nodes"), Rule("patch update", "core", "nodes/status"),
            Rule("patch update", "core", "pods/status"), Rule("list delete get", "core", "pods"), Events),
        Of("pod-garbage-collector", Rule("list watch delete", "core", "pods"), Rule("get list", "core", "nodes"), Rule("patch", "core", "pods/status")),
        Of("resourcequota-controller", Rule("list watch", "*", "*"), Rule("update", "core", "resourcequotas/status"), Events),
        Of("root-ca-cert-publisher", Rule("create update", "core", "configmaps"), Events),
        Of("service-account-controller", Rule("create", "core", "serviceaccounts"), Events),
        Of("ttl-controller", Rule("update patch list watch", "core", "nodes"), Events),
        Of("validatingadmissionpolicy-status-controller", Rule(Read, "admissionregistration.k8s.io", "validatingadmissionpolicies"),
            Rule("get patch update", "admissionregistration.k8s.io", "validatingadmissionpolicies/status"), Events),
    ];

    static ClusterRole[] Storage() =>
    [
        Of("attachdetach-controller", Rule("list watch", "core", "persistentvolumes persistentvolumeclaims"), Rule(Read, "core", "nodes"),
            Rule("patch update", "core", "nodes/status"), Rule("list watch", "core", "pods"), Events,
            Rule("get create delete list watch", "storage.k8s.io", "volumeattachments"), Rule(Read, "storage.k8s.io", "csidrivers csinodes")),
        Of("ephemeral-volume-controller", Rule(Read, "core", "pods"), Rule("update", "core", "pods/finalizers"), Rule("get list watch create", "core", "persistentvolumeclaims"), Events),
        Of("expand-controller", Rule("get list watch update patch", "core", "persistentvolumes"), Rule("update patch", "core", "persistentvolumeclaims/status"),
            Rule(Read, "core", "persistentvolumeclaims"), Rule("get", "core", "services endpoints"), Events),
        Of("persistent-volume-binder", Rule("get list watch update create delete", "core", "persistentvolumes"), Rule("update", "core", "persistentvolumes/status"),
            Rule(Sets, "core", "persistentvolumeclaims"), Rule("update", "core", "persistentvolumeclaims/status"),
            Rule("list watch get create delete", "core", "pods"), Rule(Read, "storage.k8s.io", "storageclasses"), Rule("list watch", "core", "nodes"),
            Rule("watch", "core", "events"), Rule("get", "core", "services"), Events),
        Of("pv-protection-controller", Rule(Sets, "core", "persistentvolumes"), Events),
        Of("pvc-protection-controller", Rule(Sets, "core", "persistentvolumeclaims"), Rule("list watch get", "core", "pods"), Events),
    ];
}
