namespace Fairlead.EndToEnd;

/// <summary>The modes in which nodes serve Services, chosen as a user chooses them: in ConfigMap kube-proxy.</summary>
static class ProxyModes
{
    /// <summary>Those that this kernel can serve.</summary>
    public static readonly IReadOnlyList<string> Here = ["nftables", "iptables", "userspace", "ebpf"];

    /// <summary>Asks for a mode and waits until every node serves by it.</summary>
    public static Task UseAsync(Kubectl kubectl, string mode) => UseAsync(kubectl, mode, [], TimeSpan.FromSeconds(20));

    /// <summary>Asks for a mode and waits until the node serves by it; others may lack what it needs.</summary>
    public static Task UseAsync(Kubectl kubectl, string mode, Machines.VirtualNode node) => UseAsync(kubectl, mode, [node.Name], node.Patience);

    static async Task UseAsync(Kubectl kubectl, string mode, IReadOnlyList<string> named, TimeSpan patience)
    {
        var configuration = $"apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: {mode}\n";
        var patch = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { ["data"] = new Dictionary<string, string> { ["config.conf"] = configuration } });
        await kubectl.OkAsync("patch", "configmap", "kube-proxy", "-n", "kube-system", "--type=merge", "-p", patch);
        var nodes = named.Count > 0 ? [.. named] : (await kubectl.OkAsync("get", "nodes", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(n => n[5..]).ToList();
        await Run.UntilAsync($"{string.Join(", ", nodes)} serving by mode {mode}", patience, async () =>
        {
            // Each node's last word on the matter.
            var told = await kubectl.OkAsync("get", "events", "--field-selector=reason=ProxyModeChanged", "--sort-by=.lastTimestamp",
                "-o", "jsonpath={range .items[*]}{.involvedObject.name} {.message}{\"\\n\"}{end}");
            return nodes.All(n => told.Split('\n').LastOrDefault(l => l.StartsWith(n + " ", StringComparison.Ordinal))?.StartsWith($"{n} serving by mode {mode}", StringComparison.Ordinal) == true) ? "" : null;
        });
    }
}
