using Fairlead.Controllers.Deployments;
using Fairlead.Controllers.EndpointSliceMirroring;
using Fairlead.Controllers.EndpointSlices;
using Fairlead.Controllers.GarbageCollection;
using Fairlead.Controllers.LoadBalancers;
using Fairlead.Controllers.Namespaces;
using Fairlead.Controllers.Nodes;
using Fairlead.Controllers.Pods;
using Fairlead.Controllers.ReplicaSets;
using Fairlead.Controllers.ServiceAccounts;
using Fairlead.Controllers.ServiceCidrs;

namespace Fairlead.Controllers;

/// <summary>Every controller that a server runs, a line each.</summary>
public static class BuiltInControllers
{
    public static IReadOnlyList<IController> All(ControllerContext context) =>
    [
        new NamespaceController(context),
        new ServiceAccountController(context),
        new RootCertificatePublisher(context),
        new NodeCidrController(context),
        new NodeLifecycleController(context),
        new ReplicaSetController(context),
        new DeploymentController(context),
        new EndpointSliceController(context),
        new EndpointsController(context),
        new EndpointSliceMirroringController(context),
        new ServiceCidrController(context),
        new ServiceLoadBalancerController(context),
        new PodGarbageCollector(context),
        new GarbageCollector(context),
    ];
}
