namespace Fairlead.Server.Authorization;

/// <summary>The ServiceAccounts of kube-system that components of a node act as, which run there without a Pod: kubeadm's names.</summary>
public static class NodeComponents
{
    public const string Proxy = "kube-proxy", Dns = "coredns", Namespace = "kube-system";

    public static readonly IReadOnlyList<string> Accounts = [Proxy, Dns];
}
