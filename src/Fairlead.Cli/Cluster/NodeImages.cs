using Fairlead.Node.Images;

namespace Fairlead.Cli.Cluster;

/// <summary>
/// Brings images into a node's containerd: the built-in ones, which a Pod needs where no registry can be reached, and
/// those of archives.
/// </summary>
/// <param name="folder">For files that are there for a moment.</param>
public sealed class NodeImages(string node, string socket, string folder, Action<string> log)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), LongestImport = TimeSpan.FromMinutes(10);

    string Pause => Path.Combine(AppContext.BaseDirectory, "pause");

    /// <summary>Waits for containerd and loads what it lacks.</summary>
    /// <exception cref="CommandException">containerd does not answer or refuses an image.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        var present = "";
        await Steps.UntilAsync(async ct =>
        {
            if (!File.Exists(socket)) return false;
            present = await ContainerdAsync(["images", "list", "--quiet"], ct).ConfigureAwait(false);
            return true;
        }, Patience, () => $"containerd on {node} does not answer.", cancellation).ConfigureAwait(false);
        var names = present.Split('\n');
        if (!names.Contains(BuiltInImages.Pause)) await LoadAsync(BuiltInImages.Pause, WritePause, cancellation).ConfigureAwait(false);
        if (!names.Contains(BuiltInImages.Test)) await LoadAsync(BuiltInImages.Test, WriteTest, cancellation).ConfigureAwait(false);
    }

    void WritePause(Stream output) => BuiltInImages.WritePause(output, Pause);

    static void WriteTest(Stream output) => BuiltInImages.WriteTest(output, Busybox, Applets());

    /// <summary>The files of the built-in test image.</summary>
    /// <exception cref="CommandException">busybox is not installed.</exception>
    public static void AddTestFiles(LayerWriter layer) => BuiltInImages.AddTestFiles(layer, Busybox, Applets());

    static string Busybox => Tool.Find("busybox") ?? throw new CommandException("busybox is not installed: run apt-get install busybox-static.");

    static string[] Applets() => Tool.RunAsync([Busybox, "--list"], "", CancellationToken.None).GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Puts the images of an archive into containerd under the names they have in it.</summary>
    /// <exception cref="CommandException">containerd refuses it, or takes more than ten minutes.</exception>
    public async Task ImportAsync(string archive, CancellationToken cancellation)
    {
        try
        {
            await ContainerdAsync(["images", "import", Path.GetFullPath(archive)], cancellation, LongestImport).ConfigureAwait(false);
        }
        catch (CommandException refused)
        {
            throw new CommandException($"containerd on {node} can't load {archive}: {Reason(refused.Message)}.");
        }
    }

    /// <summary>ctr's own last words, without its command line.</summary>
    internal static string Reason(string message)
    {
        // ctr's way to say that none of the archive's images is for this platform.
        if (message.Contains("might be filtered out", StringComparison.Ordinal)) return "it is made for another kind of processor than this machine's";
        var own = message.LastIndexOf("ctr: ", StringComparison.Ordinal);
        return (own < 0 ? message : message[(own + 5)..]).TrimEnd('.');
    }

    async Task LoadAsync(string name, Action<Stream> write, CancellationToken cancellation)
    {
        var archive = folder + "/image.tar";
        await using (var file = File.Create(archive)) write(file);
        await ImportAsync(archive, cancellation).ConfigureAwait(false);
        File.Delete(archive);
        log($"loaded {name}");
    }

    Task<string> ContainerdAsync(IReadOnlyList<string> command, CancellationToken cancellation, TimeSpan? limit = null) =>
        Tool.RunAsync(["ctr", "--address", socket, "--namespace", "k8s.io", .. command], "", cancellation, limit);
}
