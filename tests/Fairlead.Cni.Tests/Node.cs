using System.Text.Json.Nodes;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Cni.Tests;

/// <summary>A node and its Pods as network namespaces, with a folder for the addresses in use. All of it goes with it.</summary>
public sealed class Node : IDisposable
{
    static int count;

    readonly string prefix = $"cnit-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
    readonly List<NetworkNamespace> pods = [];

    public Node(string podCidr = "10.244.7.0/24")
    {
        PodCidr = podCidr;
        Space = NetworkNamespace.Create(prefix);
        Net = RouteNetlink.In(Space);
    }

    public string PodCidr { get; }
    public NetworkNamespace Space { get; }
    public RouteNetlink Net { get; }
    public string DataDir { get; } = Directory.CreateTempSubdirectory("cnit-").FullName;

    /// <summary>The addresses in use as they are written down, with their attachments.</summary>
    public Dictionary<string, string> Addresses => Directory.GetFiles(DataDir)
        .Where(f => System.Net.IPAddress.TryParse(Path.GetFileName(f), out _))
        .ToDictionary(f => Path.GetFileName(f), File.ReadAllText);

    /// <summary>Names of the links towards Pods.</summary>
    public HashSet<string> Links => [.. Net.Links.List().Where(l => l.Kind == "veth" && l.Name.StartsWith("fl", StringComparison.Ordinal)).Select(l => l.Name)];

    /// <summary>A new namespace for a Pod (or for a host outside).</summary>
    public NetworkNamespace Pod()
    {
        var pod = NetworkNamespace.Create($"{prefix}-{pods.Count}");
        pods.Add(pod);
        return pod;
    }

    public JsonObject Configuration(string version = "1.1.0") => new()
    {
        ["cniVersion"] = version, ["name"] = "test", ["type"] = "fairlead-cni", ["podCidr"] = PodCidr, ["dataDir"] = DataDir,
    };

    public static Dictionary<string, string> Variables(string command, string container, string? netns, string @interface = "eth0")
    {
        var variables = new Dictionary<string, string> { ["CNI_COMMAND"] = command, ["CNI_CONTAINERID"] = container, ["CNI_IFNAME"] = @interface };
        if (netns is not null) variables["CNI_NETNS"] = netns;
        return variables;
    }

    public Plugin Start(string command, string container, string? netns, string @interface = "eth0", JsonObject? configuration = null) =>
        new(Space.Path, Variables(command, container, netns, @interface), (configuration ?? Configuration()).ToJsonString());

    public async Task<Outcome> RunAsync(string command, string container, string? netns, string @interface = "eth0", JsonObject? configuration = null)
    {
        using var plugin = Start(command, container, netns, @interface, configuration);
        return await plugin.EndAsync();
    }

    public Task<Outcome> GarbageAsync(IEnumerable<(string Container, string Interface)> valid)
    {
        var configuration = Configuration();
        configuration["cni.dev/valid-attachments"] = new JsonArray(
            [.. valid.Select(v => new JsonObject { ["containerID"] = v.Container, ["ifname"] = v.Interface })]);
        return RunAsync("GC", "", null, "", configuration);
    }

    public void Dispose()
    {
        Net.Dispose();
        foreach (var space in (NetworkNamespace[])[.. pods, Space])
        {
            space.Dispose();
            NetworkNamespace.Delete(Path.GetFileName(space.Path));
        }
        Directory.Delete(DataDir, recursive: true);
    }
}
