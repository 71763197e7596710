using System.Text.Json.Nodes;

namespace Fairlead.PodNetwork;

/// <summary>The network configuration list (CNI spec 1.1) that makes the runtime call the fairlead-cni plug-in.</summary>
static class CniConfigurationFile
{
    const string Name = "10-fairlead.conflist";

    /// <summary>Writes the file if it differs. The runtime notices it by itself; a half-written one is never seen.</summary>
    public static void Write(PodNetworkOptions options, string podCidr)
    {
        Directory.CreateDirectory(options.CniConfigurationDirectory);
        var path = Path.Combine(options.CniConfigurationDirectory, Name);
        var text = Text(options, podCidr);
        if (File.Exists(path) && File.ReadAllText(path) == text) return;
        var draft = path + ".new";
        File.WriteAllText(draft, text);
        File.Move(draft, path, overwrite: true);
    }

    static string Text(PodNetworkOptions options, string podCidr) => new JsonObject
    {
        // containerd 1.6 reads 1.0.0; the plug-in speaks 1.1.0 too.
        ["cniVersion"] = "1.0.0",
        ["name"] = "fairlead",
        ["plugins"] = new JsonArray(new JsonObject
        {
            ["type"] = "fairlead-cni",
            ["podCidr"] = podCidr,
            ["dataDir"] = options.CniDataDirectory,
            ["mtu"] = options.Mtu,
        }),
    }.ToJsonString();
}
