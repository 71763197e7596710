using Fairlead.Json;

namespace Fairlead.PodNetwork;

/// <summary>The network configuration list (CNI spec 1.1) that makes the runtime call the fairlead-cni plug-in.</summary>
static class CniConfigurationFile
{
    const string Name = "10-fairlead.conflist";

    /// <summary>Writes the file if it differs. The runtime notices it by itself; a half-written one is never seen.</summary>
    /// <param name="podCidrs">The node's ranges: one of IPv4 and, where Pods have both families, one of IPv6.</param>
    public static void Write(PodNetworkOptions options, IReadOnlyList<string> podCidrs)
    {
        Directory.CreateDirectory(options.CniConfigurationDirectory);
        var path = Path.Combine(options.CniConfigurationDirectory, Name);
        var text = Text(options, podCidrs);
        if (File.Exists(path) && File.ReadAllText(path) == text) return;
        var draft = path + ".new";
        File.WriteAllText(draft, text);
        File.Move(draft, path, overwrite: true);
    }

    static string Text(PodNetworkOptions options, IReadOnlyList<string> podCidrs)
    {
        var plugin = new JsonObject { ["type"] = "fairlead-cni" };
        foreach (var cidr in podCidrs) plugin[cidr.Contains(':') ? "podCidr6" : "podCidr"] = cidr;
        plugin["dataDir"] = options.CniDataDirectory;
        plugin["mtu"] = options.Mtu;
        // containerd 1.6 reads 1.0.0; the plug-in speaks 1.1.0 too.
        return new JsonObject { ["cniVersion"] = "1.0.0", ["name"] = "fairlead", ["plugins"] = new JsonArray(plugin) }.ToJsonString();
    }
}
