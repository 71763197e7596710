namespace Fairlead.Api.BootstrapTokens;

/// <summary>
/// The ConfigMap from which a machine that joins learns where the server is and which CA it has: made by the server,
/// signed by a controller, read by the machine (Kubernetes documentation, Authenticating with Bootstrap Tokens).
/// </summary>
public static class ClusterInfoMap
{
    public const string Namespace = "kube-public", Name = "cluster-info";

    /// <summary>Key of the kubeconfig without a user.</summary>
    public const string Kubeconfig = "kubeconfig";

    /// <summary>Key of the signature by a token, before the token's id.</summary>
    public const string Signature = "jws-kubeconfig-";
}
