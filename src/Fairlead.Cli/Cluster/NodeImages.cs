using Fairlead.Node.Images;

namespace Fairlead.Cli.Cluster;

/// <summary>Brings the built-in images onto a node, once: they are what a Pod needs where no registry can be reached.</summary>
public sealed class NodeImages(NodeLayout node, Action<string> log)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    string Pause => Path.Combine(AppContext.BaseDirectory, "pause");

    /// <summary>Waits for containerd and loads what it lacks.</summary>
    /// <exception cref="CommandException">containerd does not answer or refuses an image.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        var present = "";
        await Steps.UntilAsync(async ct =>
        {
            if (!File.Exists(node.ContainerdSocket)) return false;
            present = await ContainerdAsync(["images", "list", "--quiet"], ct).ConfigureAwait(false);
            return true;
        }, Patience, () => $"containerd on {node.Name} does not answer.", cancellation).ConfigureAwait(false);
        var names = present.Split('\n');
        if (!names.Contains(BuiltInImages.Pause)) await LoadAsync(BuiltInImages.Pause, WritePause, cancellation).ConfigureAwait(false);
        if (!names.Contains(BuiltInImages.Test)) await LoadAsync(BuiltInImages.Test, WriteTest, cancellation).ConfigureAwait(false);
    }

    void WritePause(Stream output) => BuiltInImages.WritePause(output, Pause);

    static void WriteTest(Stream output)
    {
        var busybox = Tool.Find("busybox") ?? throw new CommandException("busybox is not installed: run apt-get install busybox-static.");
        var applets = Tool.RunAsync([busybox, "--list"], "", CancellationToken.None).GetAwaiter().GetResult();
        BuiltInImages.WriteTest(output, busybox, applets.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    async Task LoadAsync(string name, Action<Stream> write, CancellationToken cancellation)
    {
        var archive = node.RunFolder + "/image.tar";
        await using (var file = File.Create(archive)) write(file);
        await ContainerdAsync(["images", "import", archive], cancellation).ConfigureAwait(false);
        File.Delete(archive);
        log($"loaded {name}");
    }

    Task<string> ContainerdAsync(IReadOnlyList<string> command, CancellationToken cancellation) =>
        Tool.RunAsync(["ctr", "--address", node.ContainerdSocket, "--namespace", "k8s.io", .. command], "", cancellation);
}
