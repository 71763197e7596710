using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Configs;

/// <summary>Where a Pod's state and logs stand on the node; the layout is the kubelet's. Pure.</summary>
sealed class PodPaths(KubeletOptions options)
{
    public string Pods => Path.Combine(options.RootDirectory, "pods");

    public string Pod(string uid) => Path.Combine(Pods, uid);

    public string Volume(Pod pod, string plugin, string name) => Path.Combine(Pod(pod.Metadata.Uid!), "volumes", $"kubernetes.io~{plugin}", name);

    public string EtcHosts(Pod pod) => Path.Combine(Pod(pod.Metadata.Uid!), "etc-hosts");

    /// <summary>The file that is mounted at terminationMessagePath.</summary>
    public string TerminationMessage(string uid, string container, int restartCount) =>
        Path.Combine(Pod(uid), "containers", container, restartCount.ToString());

    public string Logs(Pod pod) => Logs(pod.Metadata.Namespace!, pod.Metadata.Name!, pod.Metadata.Uid!);

    public string Logs(string ns, string name, string uid) => Path.Combine(options.PodLogsDirectory, $"{ns}_{name}_{uid}");

    /// <summary>A container's log within the Pod's directory of logs.</summary>
    public static string Log(string container, int restartCount) => $"{container}/{restartCount}.log";
}
