using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Api.Certificates;

/// <summary>What the cluster's own signers ask of a request (Kubernetes documentation, Certificates and Certificate Signing Requests). Pure.</summary>
public static class RequestForm
{
    public const string ApiServerClient = "kubernetes.io/kube-apiserver-client";
    public const string KubeletClient = "kubernetes.io/kube-apiserver-client-kubelet";
    public const string KubeletServing = "kubernetes.io/kubelet-serving";
    public const string LegacyUnknown = "kubernetes.io/legacy-unknown";

    const string Organization = "2.5.4.10", CommonName = "2.5.4.3";

    /// <summary>True if the cluster's CA signs for the signer.</summary>
    public static bool IsKnown(string signer) => signer is ApiServerClient or KubeletClient or KubeletServing or LegacyUnknown;

    /// <summary>What keeps the signer from signing; null if nothing does.</summary>
    public static string? Wrong(string signer, CertificateRequest request, IReadOnlyList<string> usages) => signer switch
    {
        ApiServerClient => WrongClientUsages(usages),
        KubeletClient => WrongKubelet(request) ?? WrongNames(request, AlternativeNames.Dns, AlternativeNames.Address) ?? WrongUsages(usages, "client auth"),
        KubeletServing => WrongKubelet(request) ?? WrongNames(request) ?? WithoutNames(request) ?? WrongUsages(usages, "server auth"),
        _ => null,
    };

    /// <summary>The common name of the subject; empty for none.</summary>
    public static string Name(CertificateRequest request) => Parts(request, CommonName).FirstOrDefault() ?? "";

    static string? WrongClientUsages(IReadOnlyList<string> usages) =>
        usages.FirstOrDefault(u => u is not ("digital signature" or "key encipherment" or "client auth")) is { } other ? $"invalid usage for client certificate: {other}"
        : usages.Contains("client auth") ? null
        : "missing required usage for client certificate: client auth";

    static string? WrongKubelet(CertificateRequest request) =>
        Parts(request, Organization) is not ["system:nodes"] ? "subject organization is not system:nodes"
        : Name(request).StartsWith("system:node:", StringComparison.Ordinal) ? null
        : "subject common name does not begin with system:node:";

    static string? WrongNames(CertificateRequest request, params ReadOnlySpan<int> more)
    {
        foreach (var name in AlternativeNames.Of(request))
        {
            if (name.Kind is AlternativeNames.Email) return "Email subjectAltNames are not allowed";
            if (name.Kind is AlternativeNames.Uri) return "URI subjectAltNames are not allowed";
            if (more.Contains(name.Kind)) return name.Kind == AlternativeNames.Dns ? "DNS subjectAltNames are not allowed" : "IP subjectAltNames are not allowed";
        }
        return null;
    }

    static string? WithoutNames(CertificateRequest request) =>
        AlternativeNames.Of(request).Any(n => n.Kind is AlternativeNames.Dns or AlternativeNames.Address) ? null : "DNS or IP subjectAltName is required";

    static string? WrongUsages(IReadOnlyList<string> usages, string needed) =>
        usages.Contains(needed) && usages.Contains("digital signature") && usages.All(u => u == needed || u is "digital signature" or "key encipherment")
            ? null : $"usages did not match [digital signature, key encipherment, {needed}]";

    static List<string> Parts(CertificateRequest request, string oid) =>
        [.. request.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false).Where(p => !p.HasMultipleElements && p.GetSingleElementType().Value == oid).Select(p => p.GetSingleElementValue() ?? "")];
}
