using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Core.V1;

/// <summary>Several sources together in one directory.</summary>
public sealed record ProjectedVolumeSource
{
    /// <summary>The sources; paths may not collide.</summary>
    [Proto(1), Atomic] public IReadOnlyList<VolumeProjection>? Sources { get; init; }

    /// <summary>Permission bits of the files, as a decimal number in JSON; 420 is 0644.</summary>
    [Proto(2, Pointer = true), Default("420")] public int? DefaultMode { get; init; }
}

/// <summary>One source of a projected volume. Exactly one is set.</summary>
public sealed record VolumeProjection
{
    /// <summary>Keys of a Secret.</summary>
    [Proto(1)] public SecretProjection? Secret { get; init; }

    /// <summary>Fields of the Pod.</summary>
    [Proto(2)] public DownwardAPIProjection? DownwardAPI { get; init; }

    /// <summary>Keys of a ConfigMap.</summary>
    [Proto(3)] public ConfigMapProjection? ConfigMap { get; init; }

    /// <summary>A token of the Pod's ServiceAccount.</summary>
    [Proto(4)] public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }

    /// <summary>Root certificates from ClusterTrustBundle objects, kept up to date.</summary>
    [Proto(5)] public ClusterTrustBundleProjection? ClusterTrustBundle { get; init; }
}

/// <summary>Keys of a Secret as files.</summary>
public sealed record SecretProjection
{
    /// <summary>Name of the Secret.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>Which keys become files, and where; absent means every key, under its own name.</summary>
    [Proto(2), Atomic] public IReadOnlyList<KeyToPath>? Items { get; init; }

    /// <summary>True if the Secret or its keys may be missing.</summary>
    [Proto(4, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>Keys of a ConfigMap as files.</summary>
public sealed record ConfigMapProjection
{
    /// <summary>Name of the ConfigMap.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>Which keys become files, and where; absent means every key, under its own name.</summary>
    [Proto(2), Atomic] public IReadOnlyList<KeyToPath>? Items { get; init; }

    /// <summary>True if the ConfigMap or its keys may be missing.</summary>
    [Proto(4, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>Fields of the Pod as files.</summary>
public sealed record DownwardAPIProjection
{
    /// <summary>The files.</summary>
    [Proto(1), Atomic] public IReadOnlyList<DownwardAPIVolumeFile>? Items { get; init; }
}

/// <summary>A token by which the Pod's processes prove who they are.</summary>
public sealed record ServiceAccountTokenProjection
{
    /// <summary>Whom the token is for; the default is the API server.</summary>
    [Proto(1)] public string? Audience { get; init; }

    /// <summary>How long the token is valid, at least 600 seconds. It is renewed well before.</summary>
    [Proto(2, Pointer = true), Default("3600")] public long? ExpirationSeconds { get; init; }

    /// <summary>Path of the file, relative to the volume.</summary>
    [Proto(3), Required] public string Path { get; init; } = "";
}

/// <summary>Root certificates in one PEM file. Either one bundle is named, or a signer's bundles are selected.</summary>
public sealed record ClusterTrustBundleProjection
{
    /// <summary>Name of one ClusterTrustBundle; excludes signerName and labelSelector.</summary>
    [Proto(1, Pointer = true)] public string? Name { get; init; }

    /// <summary>Takes all bundles of this signer that labelSelector matches; excludes name.</summary>
    [Proto(2, Pointer = true)] public string? SignerName { get; init; }

    /// <summary>Which of the signer's bundles; absent matches none, empty all.</summary>
    [Proto(3)] public LabelSelector? LabelSelector { get; init; }

    /// <summary>True if there may be no such bundle; else the Pod waits for one.</summary>
    [Proto(5, Pointer = true)] public bool? Optional { get; init; }

    /// <summary>Path of the file, relative to the volume.</summary>
    [Proto(4), Required] public string Path { get; init; } = "";
}
