using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A named volume of a Pod, which its containers may mount. Exactly one source is set.</summary>
public sealed record Volume
{
    /// <summary>Name of the volume, a DNS label, unique in the Pod.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>A file or directory of the node, open to the container.</summary>
    [Proto(2, 1)] public HostPathVolumeSource? HostPath { get; init; }

    /// <summary>A directory that is empty when the Pod starts and goes with the Pod.</summary>
    [Proto(2, 2)] public EmptyDirVolumeSource? EmptyDir { get; init; }

    /// <summary>A GCE persistent disk. Deprecated: handled by the driver pd.csi.storage.gke.io.</summary>
    [Proto(2, 3)] public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }

    /// <summary>An AWS EBS disk. Deprecated: handled by the driver ebs.csi.aws.com.</summary>
    [Proto(2, 4)] public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }

    /// <summary>A clone of a git repository. Deprecated: clone into an emptyDir with an init container.</summary>
    [Proto(2, 5)] public GitRepoVolumeSource? GitRepo { get; init; }

    /// <summary>The keys of a Secret as files.</summary>
    [Proto(2, 6)] public SecretVolumeSource? Secret { get; init; }

    /// <summary>A directory exported over NFS.</summary>
    [Proto(2, 7)] public NFSVolumeSource? Nfs { get; init; }

    /// <summary>A disk reached over iSCSI.</summary>
    [Proto(2, 8)] public ISCSIVolumeSource? Iscsi { get; init; }

    /// <summary>A Glusterfs volume. Deprecated and no longer supported.</summary>
    [Proto(2, 9)] public GlusterfsVolumeSource? Glusterfs { get; init; }

    /// <summary>The storage of a PersistentVolumeClaim in the Pod's namespace.</summary>
    [Proto(2, 10)] public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }

    /// <summary>A Ceph block device. Deprecated and no longer supported.</summary>
    [Proto(2, 11)] public RBDVolumeSource? Rbd { get; init; }

    /// <summary>A volume provided by an executable plug-in. Deprecated: use a CSI driver.</summary>
    [Proto(2, 12)] public FlexVolumeSource? FlexVolume { get; init; }

    /// <summary>An OpenStack Cinder disk. Deprecated: handled by the driver cinder.csi.openstack.org.</summary>
    [Proto(2, 13)] public CinderVolumeSource? Cinder { get; init; }

    /// <summary>A Ceph file system. Deprecated and no longer supported.</summary>
    [Proto(2, 14)] public CephFSVolumeSource? Cephfs { get; init; }

    /// <summary>A Flocker volume. Deprecated and no longer supported.</summary>
    [Proto(2, 15)] public FlockerVolumeSource? Flocker { get; init; }

    /// <summary>Fields of the Pod as files.</summary>
    [Proto(2, 16)] public DownwardAPIVolumeSource? DownwardAPI { get; init; }

    /// <summary>A disk reached over Fibre Channel.</summary>
    [Proto(2, 17)] public FCVolumeSource? Fc { get; init; }

    /// <summary>An Azure file share. Deprecated: handled by the driver file.csi.azure.com.</summary>
    [Proto(2, 18)] public AzureFileVolumeSource? AzureFile { get; init; }

    /// <summary>The keys of a ConfigMap as files.</summary>
    [Proto(2, 19)] public ConfigMapVolumeSource? ConfigMap { get; init; }

    /// <summary>A vSphere disk. Deprecated: handled by the driver csi.vsphere.vmware.com.</summary>
    [Proto(2, 20)] public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }

    /// <summary>A Quobyte volume. Deprecated and no longer supported.</summary>
    [Proto(2, 21)] public QuobyteVolumeSource? Quobyte { get; init; }

    /// <summary>An Azure data disk. Deprecated: handled by the driver disk.csi.azure.com.</summary>
    [Proto(2, 22)] public AzureDiskVolumeSource? AzureDisk { get; init; }

    /// <summary>A Photon Controller disk. Deprecated and no longer supported.</summary>
    [Proto(2, 23)] public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }

    /// <summary>Secrets, config maps, Pod fields, tokens and trust bundles together in one directory.</summary>
    [Proto(2, 26)] public ProjectedVolumeSource? Projected { get; init; }

    /// <summary>A Portworx volume. Deprecated: handled by the driver pxd.portworx.com.</summary>
    [Proto(2, 24)] public PortworxVolumeSource? PortworxVolume { get; init; }

    /// <summary>A ScaleIO volume. Deprecated and no longer supported.</summary>
    [Proto(2, 25)] public ScaleIOVolumeSource? ScaleIO { get; init; }

    /// <summary>A StorageOS volume. Deprecated and no longer supported.</summary>
    [Proto(2, 27)] public StorageOSVolumeSource? Storageos { get; init; }

    /// <summary>A volume that a CSI driver makes for this Pod alone.</summary>
    [Proto(2, 28)] public CSIVolumeSource? Csi { get; init; }

    /// <summary>A volume from a claim that is made for the Pod and goes with it.</summary>
    [Proto(2, 29)] public EphemeralVolumeSource? Ephemeral { get; init; }

    /// <summary>The content of an OCI image or artifact, read-only.</summary>
    [Proto(2, 30)] public ImageVolumeSource? Image { get; init; }
}
