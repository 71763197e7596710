using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Certificates.V1;

/// <summary>
/// Asks a signer for a certificate. Someone who may "approve" for the signer approves or denies the request; the signer
/// writes the certificate into its status.
/// </summary>
[Kind("certificates.k8s.io", "v1", "certificatesigningrequests", Namespaced = false)]
public sealed record CertificateSigningRequest : KubeObject
{
    /// <summary>What is asked for, and by whom. It does not change.</summary>
    [Proto(2), Required] public CertificateSigningRequestSpec? Spec { get; init; }

    /// <summary>Whether the request is approved, and the certificate.</summary>
    [Proto(3)] public CertificateSigningRequestStatus? Status { get; init; }
}

/// <summary>A request for a certificate.</summary>
public sealed record CertificateSigningRequestSpec
{
    /// <summary>A PKCS#10 request in a PEM block "CERTIFICATE REQUEST", in base64.</summary>
    [Proto(1), Required, Atomic, Format("byte")] public string Request { get; init; } = "";

    /// <summary>
    /// Who is to sign, such as kubernetes.io/kube-apiserver-client, kubernetes.io/kube-apiserver-client-kubelet or
    /// kubernetes.io/kubelet-serving, or a signer of one's own as example.com/name.
    /// </summary>
    [Proto(7), Required] public string SignerName { get; init; } = "";

    /// <summary>For how many seconds the certificate is wanted, at least 600. The signer may give another lifetime.</summary>
    [Proto(8, Pointer = true)] public int? ExpirationSeconds { get; init; }

    /// <summary>What the certificate is for, such as "digital signature", "key encipherment", "client auth" or "server auth".</summary>
    [Proto(5), Atomic] public IReadOnlyList<string>? Usages { get; init; }

    /// <summary>Name of the user who made the request. Written by the server.</summary>
    [Proto(2)] public string? Username { get; init; }

    /// <summary>The user's uid. Written by the server.</summary>
    [Proto(3)] public string? Uid { get; init; }

    /// <summary>The user's groups. Written by the server.</summary>
    [Proto(4), Atomic] public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Further facts about the user. Written by the server.</summary>
    [Proto(6)] public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }
}

/// <summary>What became of a request.</summary>
public sealed record CertificateSigningRequestStatus
{
    /// <summary>Approved or Denied, and Failed if the signer could not sign.</summary>
    [Proto(1), ListMap("type")] public IReadOnlyList<CertificateSigningRequestCondition>? Conditions { get; init; }

    /// <summary>The certificate, and intermediate ones behind it, as PEM blocks "CERTIFICATE" in base64. Once written it stays.</summary>
    [Proto(2), Atomic, Format("byte")] public string? Certificate { get; init; }
}

/// <summary>One step of a request.</summary>
public sealed record CertificateSigningRequestCondition
{
    /// <summary>Approved, Denied, Failed, or a type of one's own.</summary>
    [Proto(1), Required] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown; Approved, Denied and Failed are always True.</summary>
    [Proto(6), Required] public string Status { get; init; } = "";

    /// <summary>One CamelCase word.</summary>
    [Proto(2)] public string? Reason { get; init; }

    /// <summary>Details for people.</summary>
    [Proto(3)] public string? Message { get; init; }

    /// <summary>When the condition was last written.</summary>
    [Proto(4)] public DateTimeOffset? LastUpdateTime { get; init; }

    /// <summary>When the status last changed.</summary>
    [Proto(5)] public DateTimeOffset? LastTransitionTime { get; init; }
}
