namespace Fairlead.EndToEnd.Machines;

/// <summary>What a machine that joins a cluster runs: a containerd of its own and the agent, in the words of a shell.</summary>
static class JoiningMachine
{
    /// <summary>Writes containerd's configuration: that of the cluster's first node, with folders of the machine's own.</summary>
    /// <param name="from">Where that stands.</param>
    /// <param name="to">The folder for it, for what containerd keeps, and for its socket.</param>
    /// <param name="binaries">Where CNI plug-ins are.</param>
    public static string RuntimeConfiguration(string from, string to, string binaries) => $"""
        mkdir -p {to}/state {to}/root {to}/cni
        sed -e 's#^root = .*#root = "{to}/root"#; s#^state = .*#state = "{to}/state"#; s#address = .*sock"#address = "{to}/containerd.sock"#; s#bin_dir = .*#bin_dir = "{binaries}"#; s#conf_dir = .*#conf_dir = "{to}/cni"#' \
            {from} > {to}/containerd.toml
        """;

    /// <summary>The agent beside that containerd.</summary>
    /// <param name="join">What `fairlead token create --print-join-command` printed.</param>
    public static string Agent(string join, string node, string folder, string cgroup, Cluster cluster) =>
        $"{Path.Combine(Run.Root, "artifacts", join.Replace("fairlead ", "fairlead/fairlead ", StringComparison.Ordinal))} --node {node} --data-dir {folder}/agent"
        + $" --container-runtime-endpoint {folder}/containerd.sock --cni-conf-dir {folder}/cni --cgroup-root /{cgroup} --cluster-cidr {cluster.PodRange}";
}
