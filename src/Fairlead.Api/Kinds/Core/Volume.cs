using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A named volume of a Pod, which its containers may mount. Exactly one source is set.</summary>
public sealed record Volume
{
    /// <summary>Name of the volume, a DNS label, unique in the Pod.</summary>
    [Required] public string Name { get; init; } = "";

    /// <summary>A file or directory of the node, open to the container.</summary>
    public HostPathVolumeSource? HostPath { get; init; }

    /// <summary>A directory that is empty when the Pod starts and goes with the Pod.</summary>
    public EmptyDirVolumeSource? EmptyDir { get; init; }

    /// <summary>A GCE persistent disk. Deprecated: handled by the driver pd.csi.storage.gke.io.</summary>
    public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }

    /// <summary>An AWS EBS disk. Deprecated: handled by the driver ebs.csi.aws.com.</summary>
    public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }

    /// <summary>A clone of a git repository. Deprecated: clone into an emptyDir with an init container.</summary>
    public GitRepoVolumeSource? GitRepo { get; init; }

    /// <summary>The keys of a Secret as files.</summary>
    public SecretVolumeSource? Secret { get; init; }

    /// <summary>A directory exported over NFS.</summary>
    public NFSVolumeSource? Nfs { get; init; }

    /// <summary>A disk reached over iSCSI.</summary>
    public ISCSIVolumeSource? Iscsi { get; init; }

    /// <summary>A Glusterfs volume. Deprecated and no longer supported.</summary>
    public GlusterfsVolumeSource? Glusterfs { get; init; }

    /// <summary>The storage of a PersistentVolumeClaim in the Pod's namespace.</summary>
    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }

    /// <summary>A Ceph block device. Deprecated and no longer supported.</summary>
    public RBDVolumeSource? Rbd { get; init; }

    /// <summary>A volume provided by an executable plug-in. Deprecated: use a CSI driver.</summary>
    public FlexVolumeSource? FlexVolume { get; init; }

    /// <summary>An OpenStack Cinder disk. Deprecated: handled by the driver cinder.csi.openstack.org.</summary>
    public CinderVolumeSource? Cinder { get; init; }

    /// <summary>A Ceph file system. Deprecated and no longer supported.</summary>
    public CephFSVolumeSource? Cephfs { get; init; }

    /// <summary>A Flocker volume. Deprecated and no longer supported.</summary>
    public FlockerVolumeSource? Flocker { get; init; }

    /// <summary>Fields of the Pod as files.</summary>
    public DownwardAPIVolumeSource? DownwardAPI { get; init; }

    /// <summary>A disk reached over Fibre Channel.</summary>
    public FCVolumeSource? Fc { get; init; }

    /// <summary>An Azure file share. Deprecated: handled by the driver file.csi.azure.com.</summary>
    public AzureFileVolumeSource? AzureFile { get; init; }

    /// <summary>The keys of a ConfigMap as files.</summary>
    public ConfigMapVolumeSource? ConfigMap { get; init; }

    /// <summary>A vSphere disk. Deprecated: handled by the driver csi.vsphere.vmware.com.</summary>
    public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }

    /// <summary>A Quobyte volume. Deprecated and no longer supported.</summary>
    public QuobyteVolumeSource? Quobyte { get; init; }

    /// <summary>An Azure data disk. Deprecated: handled by the driver disk.csi.azure.com.</summary>
    public AzureDiskVolumeSource? AzureDisk { get; init; }

    /// <summary>A Photon Controller disk. Deprecated and no longer supported.</summary>
    public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }

    /// <summary>Secrets, config maps, Pod fields, tokens and trust bundles together in one directory.</summary>
    public ProjectedVolumeSource? Projected { get; init; }

    /// <summary>A Portworx volume. Deprecated: handled by the driver pxd.portworx.com.</summary>
    public PortworxVolumeSource? PortworxVolume { get; init; }

    /// <summary>A ScaleIO volume. Deprecated and no longer supported.</summary>
    public ScaleIOVolumeSource? ScaleIO { get; init; }

    /// <summary>A StorageOS volume. Deprecated and no longer supported.</summary>
    public StorageOSVolumeSource? Storageos { get; init; }

    /// <summary>A volume that a CSI driver makes for this Pod alone.</summary>
    public CSIVolumeSource? Csi { get; init; }

    /// <summary>A volume from a claim that is made for the Pod and goes with it.</summary>
    public EphemeralVolumeSource? Ephemeral { get; init; }

    /// <summary>The content of an OCI image or artifact, read-only.</summary>
    public ImageVolumeSource? Image { get; init; }
}
