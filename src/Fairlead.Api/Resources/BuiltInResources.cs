using Fairlead.Api.Resources.Kinds;

namespace Fairlead.Api.Resources;

/// <summary>Every kind that the server serves from the start.</summary>
public static class BuiltInResources
{
    /// <summary>The definitions; a new kind is one more line.</summary>
    public static IReadOnlyList<ResourceDefinition> All { get; } =
    [
        BindingResource.Definition,
        ConfigMapResource.Definition,
        EndpointsResource.Definition,
        EventResource.Definition,
        LimitRangeResource.Definition,
        NamespaceResource.Definition,
        NodeResource.Definition,
        PersistentVolumeClaimResource.Definition,
        PersistentVolumeResource.Definition,
        PodResource.Definition,
        PodTemplateResource.Definition,
        ReplicationControllerResource.Definition,
        ResourceQuotaResource.Definition,
        SecretResource.Definition,
        ServiceAccountResource.Definition,
        ServiceResource.Definition,
        CustomResourceDefinitionResource.Definition,
        ControllerRevisionResource.Definition,
        DaemonSetResource.Definition,
        DeploymentResource.Definition,
        ReplicaSetResource.Definition,
        StatefulSetResource.Definition,
        HorizontalPodAutoscalerResource.Definition,
        HorizontalPodAutoscalerResource.V1,
        CronJobResource.Definition,
        JobResource.Definition,
        EndpointSliceResource.Definition,
        LeaseResource.Definition,
        EventsEventResource.Definition,
        IngressClassResource.Definition,
        IngressResource.Definition,
        IPAddressResource.Definition,
        NetworkPolicyResource.Definition,
        ServiceCIDRResource.Definition,
        RuntimeClassResource.Definition,
        PodDisruptionBudgetResource.Definition,
        PriorityClassResource.Definition,
        CSIDriverResource.Definition,
        CSINodeResource.Definition,
        CSIStorageCapacityResource.Definition,
        StorageClassResource.Definition,
        VolumeAttachmentResource.Definition,
        ReviewResources.SelfSubject,
        ReviewResources.Token,
        ReviewResources.LocalSubjectAccess,
        ReviewResources.SelfSubjectAccess,
        ReviewResources.SelfSubjectRules,
        ReviewResources.SubjectAccess,
        RoleResource.ClusterDefinition,
        RoleBindingResource.ClusterDefinition,
        RoleResource.Definition,
        RoleBindingResource.Definition,
    ];
}
