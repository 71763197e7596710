using Fairlead.Api.Rbac.V1;
using static Fairlead.Server.Authorization.Rbac.PolicyText;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>
/// The roles and bindings that every cluster has, with the names and permissions of Kubernetes v1.33; those of the proxy and
/// the DNS server as kubeadm and the CoreDNS addon give them; and fairlead:agent in kube-system, by which a node has their
/// tokens and publishes its DNS server.
/// </summary>
static class DefaultRoles
{
    const string Authenticated = "system:authenticated", Unauthenticated = "system:unauthenticated", Nodes = "system:nodes";
    const string ClusterInfo = "kubeadm:bootstrap-signer-clusterinfo";
    const string Joining = "system:bootstrappers:kubeadm:default-node-token";
    const string ControllerManager = "system:kube-controller-manager", Scheduler = "system:kube-scheduler";
    const string Workloads = "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale";
    const string OldWorkloads = "daemonsets deployments deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale";
    const string Public = "/healthz /livez /readyz /version /version/";

    public static IEnumerable<ClusterRole> ClusterRoles() => [.. UserRoles(), .. PublicRoles(), .. ComponentRoles(), .. NodeRoles(), .. SignerRoles(), .. DefaultControllerRoles.All()];

    public static IEnumerable<ClusterRoleBinding> ClusterRoleBindings() =>
    [
        Bind("cluster-admin", Group("system:masters")),
        Bind("system:monitoring", Group("system:monitoring")),
        Bind("system:discovery", Group(Authenticated)),
        Bind("system:basic-user", Group(Authenticated)),
        Bind("system:public-info-viewer", Group(Authenticated), Group(Unauthenticated)),
        Bind("system:node-proxier", User("system:kube-proxy")),
        Bind(ControllerManager, User(ControllerManager)),
        Bind("system:kube-dns", Account("kube-dns")),
        Bind(Scheduler, User(Scheduler)),
        Bind("system:volume-scheduler", User(Scheduler)),
        Bind("system:service-account-issuer-discovery", Group("system:serviceaccounts")),
        Bind("system:node"), // nobody: the Node authorizer allows nodes what they need
        Bind("kubeadm:node-proxier", "system:node-proxier", Account(NodeComponents.Proxy)),
        Bind("system:coredns", Account(NodeComponents.Dns)),
        // As kubeadm makes them: with a bootstrap token a machine asks for a node's certificate, and a node for its next one.
        Bind("kubeadm:kubelet-bootstrap", "system:node-bootstrapper", Group(Joining)),
        Bind("kubeadm:node-autoapprove-bootstrap", "system:certificates.k8s.io:certificatesigningrequests:nodeclient", Group(Joining)),
        Bind("kubeadm:node-autoapprove-certificate-rotation", "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", Group(Nodes)),
        // Whoever wants to approve them himself takes the nodes out of it.
        Bind("fairlead:node-autoapprove-serving", "fairlead:selfnodeserver", Group(Nodes)),
        Bind("fairlead:kubelet-serving-approver", Account("certificate-controller")),
        .. DefaultControllerRoles.All().Select(r => Bind(r.Metadata.Name!, Account(DefaultControllerRoles.Account(r)))),
    ];

    public static IEnumerable<Role> Roles() =>
    [
        Role("kube-system", "extension-apiserver-authentication-reader", Rule(Read, "core", "configmaps", "extension-apiserver-authentication")),
        Role("kube-system", "system:controller:bootstrap-signer", Rule(Read, "core", "secrets")),
        Role("kube-system", "system:controller:cloud-provider", Rule("create get list watch", "core", "configmaps")),
        Role("kube-system", "system:controller:token-cleaner", Rule("get list watch delete", "core", "secrets"), Events),
        Role("kube-system", "system::leader-locking-kube-controller-manager",
            Rule("watch", "core", "configmaps"), Rule("get update", "core", "configmaps", "kube-controller-manager")),
        Role("kube-system", "system::leader-locking-kube-scheduler",
            Rule("watch", "core", "configmaps"), Rule("get update", "core", "configmaps", "kube-scheduler")),
        // NodeRestriction says which, and that the tokens are bound to the node.
        Role("kube-system", "fairlead:agent", Rule("create get update", "discovery.k8s.io", "endpointslices"), Rule("create", "core", "serviceaccounts/token", string.Join(' ', NodeComponents.Accounts))),
        Role("kube-system", "kube-proxy", Rule(Read, "core", "configmaps", "kube-proxy")),
        Role("kube-public", "system:controller:bootstrap-signer",
            Rule(Read, "core", "configmaps"), Rule("update", "core", "configmaps", "cluster-info"), Events),
        Role("kube-public", ClusterInfo, Rule("get", "core", "configmaps", "cluster-info")),
    ];

    public static IEnumerable<RoleBinding> RoleBindings() =>
    [
        Bind("kube-system", "system::extension-apiserver-authentication-reader", "extension-apiserver-authentication-reader", User(ControllerManager), User(Scheduler)),
        Bind("kube-system", "system::leader-locking-kube-controller-manager", "system::leader-locking-kube-controller-manager", User(ControllerManager), Account("kube-controller-manager")),
        Bind("kube-system", "system::leader-locking-kube-scheduler", "system::leader-locking-kube-scheduler", User(Scheduler), Account("kube-scheduler")),
        Bind("kube-system", "system:controller:bootstrap-signer", "system:controller:bootstrap-signer", Account("bootstrap-signer")),
        Bind("kube-system", "system:controller:cloud-provider", "system:controller:cloud-provider", Account("cloud-provider")),
        Bind("kube-system", "system:controller:token-cleaner", "system:controller:token-cleaner", Account("token-cleaner")),
        Bind("kube-system", "fairlead:agent", "fairlead:agent", Group(Nodes)),
        Bind("kube-system", "kube-proxy", "kube-proxy", Account(NodeComponents.Proxy), User("system:kube-proxy")),
        Bind("kube-public", "system:controller:bootstrap-signer", "system:controller:bootstrap-signer", Account("bootstrap-signer")),
        Bind("kube-public", ClusterInfo, ClusterInfo, User("system:anonymous")), // before it has joined, a machine is nobody
    ];

    static ClusterRole[] UserRoles() =>
    [
        Role("cluster-admin", Rule("*", "*", "*"), Paths("*", "*")),
        Sum("admin"), Sum("edit").In("admin"), Sum("view").In("edit"),
        Part("admin", "system:aggregate-to-admin", Rule("create", "authorization.k8s.io", "localsubjectaccessreviews"), Rule(ReadWrite, ApiGroup, "roles rolebindings")),
        Part("edit", "system:aggregate-to-edit",
            Rule(Read, "core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
            Rule("impersonate", "core", "serviceaccounts"),
            Rule(Write, "core", "pods pods/attach pods/exec pods/portforward pods/proxy"),
            Rule("create", "core", "pods/eviction serviceaccounts/token"),
            Rule(Write, "core", "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy"),
            Rule(Write, "apps", Workloads + " deployments/rollback"),
            Rule(Write, "autoscaling", "horizontalpodautoscalers"),
            Rule(Write, "batch", "cronjobs jobs"),
            Rule(Write, "extensions", OldWorkloads + " deployments/rollback"),
            Rule(Write, "policy", "poddisruptionbudgets"),
            Rule(Write, "networking.k8s.io", "ingresses networkpolicies"),
            Rule(ReadWrite, "coordination.k8s.io", "leases")),
        Part("view", "system:aggregate-to-view",
            Rule(Read, "core", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status"),
            Rule(Read, "core", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status"),
            Rule(Read, "core", "namespaces"),
            Rule(Read, "discovery.k8s.io", "endpointslices"),
            Rule(Read, "apps", Workloads + " controllerrevisions daemonsets/status deployments/status replicasets/status statefulsets/status"),
            Rule(Read, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
            Rule(Read, "batch", "cronjobs cronjobs/status jobs jobs/status"),
            Rule(Read, "extensions", OldWorkloads + " daemonsets/status deployments/status ingresses/status replicasets/status"),
            Rule(Read, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
            Rule(Read, "networking.k8s.io", "ingresses ingresses/status networkpolicies")),
    ];

    static ClusterRole[] PublicRoles() =>
    [
        Role("system:discovery", Paths("get", Public + " /openapi /openapi/* /api /api/* /apis /apis/*")),
        Role("system:public-info-viewer", Paths("get", Public)),
        Role("system:monitoring", Paths("get", "/metrics /metrics/slis /livez /readyz /healthz /livez/* /readyz/* /healthz/*")),
        Role("system:service-account-issuer-discovery", Paths("get", "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/")),
        Role("system:basic-user",
            Rule("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"), Rule("create", "authentication.k8s.io", "selfsubjectreviews")),
        Role("system:auth-delegator", Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews")),
    ];

    static ClusterRole[] ComponentRoles() =>
    [
        Role("system:heapster", Rule(Read, "core", "events pods nodes namespaces"), Rule(Read, "extensions", "deployments")),
        Role("system:kube-aggregator", Rule(Read, "core", "services endpoints")),
        Role("system:coredns", Rule("list watch", "core", "endpoints services pods namespaces"), Rule("list watch", "discovery.k8s.io", "endpointslices")),
        Role("system:kube-dns", Rule("list watch", "core", "endpoints services"), Rule("list watch", "discovery.k8s.io", "endpointslices")),
        Role(ControllerManager, Events,
            Rule("create", "coordination.k8s.io", "leases"), Rule("get update", "coordination.k8s.io", "leases", "kube-controller-manager"),
            Rule("create", "core", "secrets serviceaccounts"), Rule("delete", "core", "secrets"),
            Rule("get", "core", "namespaces secrets serviceaccounts configmaps"), Rule("update", "core", "secrets serviceaccounts"),
            Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
            Rule("list watch", "*", "*"), Rule("create", "core", "serviceaccounts/token")),
        Role(Scheduler, Events,
            Rule("create", "coordination.k8s.io", "leases"), Rule("get update", "coordination.k8s.io", "leases", "kube-scheduler"),
            Rule(Read, "core", "nodes namespaces"), Rule("get list watch delete", "core", "pods"),
            Rule("create", "core", "pods/binding bindings"), Rule("patch update", "core", "pods/status"),
            Rule(Read, "core", "services replicationcontrollers"), Rule(Read, "apps extensions", "replicasets"), Rule(Read, "apps", "statefulsets"),
            Rule(Read, "policy", "poddisruptionbudgets"), Rule(Read, "core", "persistentvolumeclaims persistentvolumes"),
            Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
            Rule(Read, "storage.k8s.io", "csinodes csidrivers csistoragecapacities")),
        Role("system:volume-scheduler",
            Rule("get list watch update patch", "core", "persistentvolumes persistentvolumeclaims"), Rule(Read, "storage.k8s.io", "storageclasses")),
        Role("system:persistent-volume-provisioner",
            Rule("get list watch create delete", "core", "persistentvolumes"), Rule("get list watch update", "core", "persistentvolumeclaims"),
            Rule(Read, "storage.k8s.io", "storageclasses"), Rule("watch", "core", "events"), Events),
    ];

    static ClusterRole[] NodeRoles() =>
    [
        Role("system:node", NodeRules()),
        Role("system:node-bootstrapper", Rule("create get list watch", "certificates.k8s.io", "certificatesigningrequests")),
        Role("system:node-problem-detector", Rule("get", "core", "nodes"), Rule("patch", "core", "nodes/status"), Events),
        Role("system:node-proxier",
            Rule("list watch", "core", "services endpoints"), Rule(Read, "core", "nodes"), Events,
            Rule("list watch", "discovery.k8s.io", "endpointslices"), Rule("list watch", "networking.k8s.io", "servicecidrs")),
        Role("system:kubelet-api-admin",
            Rule(Read, "core", "nodes"), Rule("proxy", "core", "nodes"), Rule("*", "core", "nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats")),
    ];

    /// <summary>What the Node authorizer allows a node beside the objects that its Pods refer to.</summary>
    internal static PolicyRule[] NodeRules() =>
    [
        Rule("create", "authentication.k8s.io", "tokenreviews"),
        Rule("create", "authorization.k8s.io", "subjectaccessreviews localsubjectaccessreviews"),
        Rule(Read, "core", "services"),
        Rule("create get list watch", "core", "nodes"), Rule("update patch", "core", "nodes/status"), Rule("update patch", "core", "nodes"),
        Rule("create update patch", "core", "events"),
        Rule(Read, "core", "pods"), Rule("create delete", "core", "pods"), Rule("update patch", "core", "pods/status"), Rule("create", "core", "pods/eviction"),
        Rule(Read, "core", "secrets configmaps"), Rule("get", "core", "persistentvolumeclaims persistentvolumes"), Rule("get", "core", "endpoints"),
        Rule("create get list watch", "certificates.k8s.io", "certificatesigningrequests"),
        Rule("get create update patch delete", "coordination.k8s.io", "leases"),
        Rule("get", "storage.k8s.io", "volumeattachments"), Rule("create", "core", "serviceaccounts/token"),
        Rule("get update patch", "core", "persistentvolumeclaims/status"),
        Rule(Read, "storage.k8s.io", "csidrivers"), Rule("get create update patch delete", "storage.k8s.io", "csinodes"),
        Rule(Read, "node.k8s.io", "runtimeclasses"),
    ];

    static ClusterRole[] SignerRoles() =>
    [
        Role("system:certificates.k8s.io:certificatesigningrequests:nodeclient", Rule("create", "certificates.k8s.io", "certificatesigningrequests/nodeclient")),
        Role("system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", Rule("create", "certificates.k8s.io", "certificatesigningrequests/selfnodeclient")),
        Role("fairlead:selfnodeserver", Rule("create", "certificates.k8s.io", "certificatesigningrequests/selfnodeserver")),
        Role("fairlead:kubelet-serving-approver", Rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving"), Rule("get", "core", "nodes")),
        .. ((string[])["legacy-unknown", "kubelet-serving", "kube-apiserver-client", "kube-apiserver-client-kubelet"]).Select(signer =>
            Role($"system:certificates.k8s.io:{signer}-approver", Rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/" + signer))),
    ];
}
