using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>A piece of storage that claims can be bound to. Exactly one of the sources is set.</summary>
[Kind("", "v1", "persistentvolumes", Namespaced = false)]
public sealed record PersistentVolume : KubeObject
{
    /// <summary>What the storage is and who may have it.</summary>
    [Proto(2)] public PersistentVolumeSpec? Spec { get; init; }

    /// <summary>Whether it is free.</summary>
    [Proto(3)] public PersistentVolumeStatus? Status { get; init; }
}

/// <summary>A piece of storage. Exactly one of the sources is set.</summary>
public sealed record PersistentVolumeSpec
{
    /// <summary>The size of the volume.</summary>
    [Proto(1)] public IReadOnlyDictionary<string, Quantity>? Capacity { get; init; }

    /// <summary>A disk of Google Compute Engine.</summary>
    [Proto(2, 1)] public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }

    /// <summary>A disk of Amazon's Elastic Block Store.</summary>
    [Proto(2, 2)] public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }

    /// <summary>A file or directory of the node; for one node and for tests.</summary>
    [Proto(2, 3)] public HostPathVolumeSource? HostPath { get; init; }

    /// <summary>A Glusterfs volume.</summary>
    [Proto(2, 4)] public GlusterfsPersistentVolumeSource? Glusterfs { get; init; }

    /// <summary>A directory that an NFS server exports.</summary>
    [Proto(2, 5)] public NFSVolumeSource? Nfs { get; init; }

    /// <summary>A Rados block device.</summary>
    [Proto(2, 6)] public RBDPersistentVolumeSource? Rbd { get; init; }

    /// <summary>A disk reached over iSCSI.</summary>
    [Proto(2, 7)] public ISCSIPersistentVolumeSource? Iscsi { get; init; }

    /// <summary>A disk of OpenStack Cinder.</summary>
    [Proto(2, 8)] public CinderPersistentVolumeSource? Cinder { get; init; }

    /// <summary>A Ceph file system.</summary>
    [Proto(2, 9)] public CephFSPersistentVolumeSource? Cephfs { get; init; }

    /// <summary>A disk reached over Fibre Channel.</summary>
    [Proto(2, 10)] public FCVolumeSource? Fc { get; init; }

    /// <summary>A Flocker volume.</summary>
    [Proto(2, 11)] public FlockerVolumeSource? Flocker { get; init; }

    /// <summary>A volume mounted by a program on the node.</summary>
    [Proto(2, 12)] public FlexPersistentVolumeSource? FlexVolume { get; init; }

    /// <summary>A file share of Azure.</summary>
    [Proto(2, 13)] public AzureFilePersistentVolumeSource? AzureFile { get; init; }

    /// <summary>A disk of vSphere.</summary>
    [Proto(2, 14)] public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }

    /// <summary>A Quobyte volume.</summary>
    [Proto(2, 15)] public QuobyteVolumeSource? Quobyte { get; init; }

    /// <summary>A disk of Azure.</summary>
    [Proto(2, 16)] public AzureDiskVolumeSource? AzureDisk { get; init; }

    /// <summary>A disk of Photon Controller.</summary>
    [Proto(2, 17)] public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }

    /// <summary>A Portworx volume.</summary>
    [Proto(2, 18)] public PortworxVolumeSource? PortworxVolume { get; init; }

    /// <summary>A ScaleIO volume.</summary>
    [Proto(2, 19)] public ScaleIOPersistentVolumeSource? ScaleIO { get; init; }

    /// <summary>A disk, partition or directory of one node; needs nodeAffinity.</summary>
    [Proto(2, 20)] public LocalVolumeSource? Local { get; init; }

    /// <summary>A StorageOS volume.</summary>
    [Proto(2, 21)] public StorageOSPersistentVolumeSource? Storageos { get; init; }

    /// <summary>A volume of a CSI driver.</summary>
    [Proto(2, 22)] public CSIPersistentVolumeSource? Csi { get; init; }

    /// <summary>How the volume can be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary>The claim that has the volume, or that it is kept for.</summary>
    [Proto(4)] public ObjectReference? ClaimRef { get; init; }

    /// <summary>What becomes of the volume when its claim goes: Retain (if not given), Delete, or the old Recycle.</summary>
    [Proto(5), Default("\"Retain\"")] public string? PersistentVolumeReclaimPolicy { get; init; }

    /// <summary>Name of the StorageClass; empty for none.</summary>
    [Proto(6)] public string? StorageClassName { get; init; }

    /// <summary>Options of the mount, such as ro or soft; not checked.</summary>
    [Proto(7), Atomic] public IReadOnlyList<string>? MountOptions { get; init; }

    /// <summary>Whether a file system (if not given) or a raw block device is offered: Filesystem or Block.</summary>
    [Proto(8, Pointer = true), Values("Block", "Filesystem"), Default("\"Filesystem\"")] public string? VolumeMode { get; init; }

    /// <summary>The nodes from which the volume can be reached; all if not given.</summary>
    [Proto(9)] public VolumeNodeAffinity? NodeAffinity { get; init; }

    /// <summary>Name of the VolumeAttributesClass; empty for none.</summary>
    [Proto(10, Pointer = true)] public string? VolumeAttributesClassName { get; init; }
}

/// <summary>The nodes from which a volume can be reached.</summary>
public sealed record VolumeNodeAffinity
{
    /// <summary>Terms that the nodes meet.</summary>
    [Proto(1)] public NodeSelector? Required { get; init; }
}

/// <summary>The observed state of a volume.</summary>
public sealed record PersistentVolumeStatus
{
    /// <summary>Pending, Available, Bound, Released when its claim has gone, or Failed.</summary>
    [Proto(1)] public string? Phase { get; init; }

    /// <summary>Why the volume is in this phase, for people.</summary>
    [Proto(2)] public string? Message { get; init; }

    /// <summary>One CamelCase word for a failure.</summary>
    [Proto(3)] public string? Reason { get; init; }

    /// <summary>When the phase last changed.</summary>
    [Proto(4)] public DateTimeOffset? LastPhaseTransitionTime { get; init; }
}
