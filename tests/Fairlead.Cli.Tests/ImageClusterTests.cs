using System.IO.Compression;
using System.Net;
using Fairlead.Cli.Cluster;
using Fairlead.Json;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;
using Fairlead.Linux.Processes;

namespace Fairlead.Cli.Tests;

/// <summary>Images from a folder to a running Pod, on a cluster of one node that is started and removed as a user does it.</summary>
[Trait("lane", "cluster")]
public sealed class ImageClusterTests : IAsyncLifetime
{
    const string Name = "imgt";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly ClusterLayout Layout = ClusterLayout.Of(new() { Name = Name, DataFolder = ClusterOptions.DefaultDataFolder(Name) });

    readonly string folder = Directory.CreateTempSubdirectory("fl-imgt-").FullName;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        Assert.SkipUnless(Tool.Find("kubectl") is not null, "needs kubectl");
        (await FairleadAsync("up", "--node-cidr", "10.72.0.0/24", "--cluster-cidr", "10.172.0.0/16", "--service-cidr", "10.152.0.0/16", "--api-port", "7432")).Succeeds();
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await FairleadAsync("down");
    }

    [Fact]
    public async Task FromFolderToPod()
    {
        var root = Directory.CreateDirectory(folder + "/root").FullName;
        Directory.CreateDirectory(root + "/www");
        await File.WriteAllTextAsync(root + "/www/index.html", "hello from a folder");
        File.Copy(Tool.Find("busybox")!, root + "/busybox");

        // A root file system of one program, loaded at once; ":latest" and no pull policy.
        var built = await FairleadAsync("image", "build", root, "--tag", "fairlead.local/web:latest", "--cmd", "[\"/busybox\",\"httpd\",\"-f\",\"-p\",\"8080\",\"-h\",\"/www\"]");
        Assert.Equal("Loaded fairlead.local/web:latest onto node1.\n", built.Succeeds());
        (await KubectlAsync("run", "web", "--image=fairlead.local/web:latest")).Succeeds();

        // On top of the test image, by way of a compressed file; the Pod is there before its image.
        var seen = await UntilAsync("absent", ["run", "absent", "--image=fairlead.local/based:v1", "--restart=Never"], "{.status.containerStatuses[0].state.waiting.message}");
        Assert.Equal("image \"fairlead.local/based:v1\" is not on this node, and fairlead.local is not a registry: load the image with ./fairlead image load", seen);
        var archive = folder + "/based.tar";
        (await FairleadAsync("image", "build", root, "--tag", "fairlead.local/based:v1", "--base", "fairlead.local/test:latest", "--env", "WHO=reader", "--user", "65534",
            "--workdir", "/www", "--cmd", "cat index.html; echo \" to $WHO as $(id -u)\"", "-o", archive)).Succeeds();
        await using (var zipped = new GZipStream(File.Create(archive + ".gz"), CompressionLevel.Fastest)) zipped.Write(await File.ReadAllBytesAsync(archive));
        Assert.Equal("Loaded fairlead.local/based:v1 onto node1.\n", (await FairleadAsync("image", "load", archive + ".gz", "--node", "node1")).Succeeds());
        Assert.Equal("Succeeded", await UntilAsync("absent", null, "{.status.phase}", "Succeeded"));
        Assert.Equal("hello from a folder to reader as 65534\n", (await KubectlAsync("logs", "absent")).Succeeds());

        await UntilAsync("web", null, "{.status.conditions[?(@.type==\"Ready\")].status}", "True");
        var address = (await KubectlAsync("get", "pod", "web", "-o", "jsonpath={.status.podIP}")).Succeeds();
        using var http = new HttpClient(new HttpClientHandler { UseProxy = false }) { Timeout = Patience };
        Assert.Equal("hello from a folder", await http.GetStringAsync(new Uri($"http://{address}:8080/")));

        await ListAsync();
        await RefuseAsync();
        var down = (await FairleadAsync("down")).Succeeds();
        Assert.Equal("Cluster \"imgt\" is removed.\n", down);
        Nothing();
    }

    async Task ListAsync()
    {
        var table = (await FairleadAsync("image", "list")).Succeeds().Split('\n');
        Assert.StartsWith("REPOSITORY", table[0]);
        Assert.Contains(table, l => l.StartsWith("fairlead.local/web ", StringComparison.Ordinal) && l.EndsWith(" node1", StringComparison.Ordinal));
        var images = JsonNode.Parse((await FairleadAsync("image", "list", "-o", "json")).Succeeds())!["images"]!.AsArray();
        Assert.Equal(["fairlead.local/based:v1", "fairlead.local/pause:latest", "fairlead.local/test:latest", "fairlead.local/web:latest"], images.Select(i => $"{i!["repository"]}:{i["tag"]}"));
    }

    async Task RefuseAsync()
    {
        (await FairleadAsync("image", "load", folder + "/none.tar")).FailsWith($"fairlead: There is no file {folder}/none.tar: give the path of an image archive, such as docker save makes.");
        (await FairleadAsync("image", "load", "/etc/passwd")).FailsWith("fairlead: /etc/passwd is no tar file, or a damaged one: give an archive such as docker save makes.");
        (await FairleadAsync("image", "load", "/etc")).FailsWith("fairlead: /etc is a folder: give an image archive, or make an image of the folder with ./fairlead image build.");
        (await FairleadAsync("image", "list", "--node", "node9")).FailsWith("fairlead: Cluster \"imgt\" has no node \"node9\": it has node1.");
    }

    /// <summary>Does the first command, then asks for a field of the Pod until it is there, or is as expected.</summary>
    static async Task<string> UntilAsync(string pod, string[]? first, string path, string? expected = null)
    {
        if (first is not null) (await KubectlAsync(first)).Succeeds();
        var field = "";
        await Steps.UntilAsync(async _ =>
        {
            field = (await KubectlAsync("get", "pod", pod, "-o", "jsonpath=" + path)).Output;
            return expected is null ? field.Length > 0 : field == expected;
        }, Patience, () => $"{pod}: {path} is \"{field}\"", CancellationToken.None);
        return field;
    }

    // The script, which builds what is stale and has the plug-in and the pause program beside the program.
    static Task<Seen> FairleadAsync(params string[] arguments) => FairleadProcess.RunAsync(null, [FairleadProcess.Tree + "/fairlead", .. arguments, "--name", Name]);

    static Task<Seen> KubectlAsync(params string[] arguments) => FairleadProcess.RunAsync(null, [Tool.Find("kubectl")!, "--kubeconfig", Layout.Kubeconfig, .. arguments]);

    static void Nothing()
    {
        Assert.False(Directory.Exists(Layout.RunFolder) || Directory.Exists(Layout.DataFolder));
        Assert.DoesNotContain(NetworkNamespace.List(), n => n.StartsWith(Name, StringComparison.Ordinal));
        Assert.DoesNotContain(Mounts.List(), m => m.Target.Contains("/" + Name + "/", StringComparison.Ordinal));
        var cgroups = new Cgroups();
        Assert.DoesNotContain(cgroups.ControllerRoots.Append(cgroups.UnifiedRoot!), root => Directory.Exists(Path.Combine(root, Layout.Cgroup)));
        using var host = new RouteNetlink();
        Assert.DoesNotContain(host.Links.List(), l => l.Name == Layout.Bridge || l.Name.StartsWith(Name + "_", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Routes.List(), r => r.Destination.Equals(IPNetwork.Parse("10.152.0.0/16")));
        Assert.DoesNotContain(Directory.GetDirectories("/proc"), p => int.TryParse(Path.GetFileName(p), out var pid) && CommandLineOf(pid).Contains(Layout.RunFolder, StringComparison.Ordinal));
    }

    static string CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
