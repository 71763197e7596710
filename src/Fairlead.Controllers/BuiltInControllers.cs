using Fairlead.Controllers.AdmissionPolicies;
using Fairlead.Controllers.BootstrapTokens;
using Fairlead.Controllers.Certificates;
using Fairlead.Controllers.ClusterRoleAggregation;
using Fairlead.Controllers.Deployments;
using Fairlead.Controllers.Disruption;
using Fairlead.Controllers.EndpointSliceMirroring;
using Fairlead.Controllers.EndpointSlices;
using Fairlead.Controllers.GarbageCollection;
using Fairlead.Controllers.LoadBalancers;
using Fairlead.Controllers.Namespaces;
using Fairlead.Controllers.Nodes;
using Fairlead.Controllers.Pods;
using Fairlead.Controllers.ReplicaSets;
using Fairlead.Controllers.ReplicationControllers;
using Fairlead.Controllers.ServiceAccounts;
using Fairlead.Controllers.ServiceCidrs;

namespace Fairlead.Controllers;

/// <summary>Every controller that a server runs, a line each: with the ServiceAccount in kube-system as which it writes.</summary>
public static class BuiltInControllers
{
    public static IReadOnlyList<IController> All(ControllerContext context) =>
    [
        new NamespaceController(context.As("namespace-controller")),
        new ServiceAccountController(context.As("service-account-controller")),
        new RootCertificatePublisher(context.As("root-ca-cert-publisher")),
        new NodeCidrController(context.As("node-controller")),
        new NodeLifecycleController(context.As("node-controller")),
        new ReplicaSetController(context.As("replicaset-controller")),
        new ReplicationControllerController(context.As("replication-controller")),
        new DeploymentController(context.As("deployment-controller")),
        new DisruptionController(context.As("disruption-controller")),
        new StaleDisruptionController(context.As("disruption-controller")),
        new EndpointSliceController(context.As("endpointslice-controller")),
        new EndpointsController(context.As("endpoint-controller")),
        new EndpointSliceMirroringController(context.As("endpointslicemirroring-controller")),
        new ServiceCidrController(context.As("service-cidrs-controller")),
        new ServiceLoadBalancerController(context.As("service-controller")),
        new PodGarbageCollector(context.As("pod-garbage-collector")),
        new ClusterRoleAggregationController(context.As("clusterrole-aggregation-controller")),
        new AdmissionPolicyStatusController(context.As("validatingadmissionpolicy-status-controller")),
        new CertificateApprovingController(context.As("certificate-controller")),
        new CertificateSigningController(context.As("certificate-controller")),
        new CertificateCleaner(context.As("certificate-controller")),
        new BootstrapSigner(context.As("bootstrap-signer")),
        new TokenCleaner(context.As("token-cleaner")),
        new GarbageCollector(context.As("generic-garbage-collector")),
    ];
}
