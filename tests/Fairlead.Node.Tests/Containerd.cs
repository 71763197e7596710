using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Linux.Files;
using Fairlead.Linux.Namespaces;
using Fairlead.Node.Cri;

namespace Fairlead.Node.Tests;

/// <summary>
/// A containerd of the test's own, with its own root, state, network configuration and one image made of busybox.
/// Everything it made goes with it.
/// </summary>
/// <param name="name">Its own among those of one process, and part of every name it gives.</param>
/// <param name="net">Third byte of the range of its Pods, its own likewise.</param>
sealed class Containerd(string name = "node", int net = 77) : IAsyncDisposable
{
    public const string Image = "fairlead.local/node-test:latest";

    readonly string directory = Path.Combine("/tmp", $"fl-{name}-{System.Environment.ProcessId}");
    Process? process;

    /// <summary>
    /// How long the low-level runtime takes each time it cleans up after a container; containerd, which has it do so twice,
    /// records the end only then.
    /// </summary>
    public TimeSpan CleanUpTakes { get; init; }

    public string Socket => Path.Combine(directory, "containerd.sock");

    public string Directory => directory;

    /// <summary>What is missing for it on this machine, or null.</summary>
    public static string? Missing()
    {
        if (System.Environment.UserName != "root") return "root";
        string[] needed = ["/usr/bin/containerd", "/usr/bin/ctr", "/bin/busybox", "/usr/lib/cni/ptp", "/usr/lib/cni/host-local"];
        return needed.FirstOrDefault(f => !File.Exists(f)) ?? (File.Exists("/usr/sbin/runc") || File.Exists("/usr/bin/crun") ? null : "runc or crun");
    }

    public async Task StartAsync()
    {
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "cni"));
        // What the kubelet mounts in it is to be seen by the runtime, whose namespace is its own.
        await MountAsync("--bind", directory, directory);
        await MountAsync("--make-shared", directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "cni", "10.conflist"), $$$"""
            {"cniVersion":"0.4.0","name":"{{{name}}}-test","plugins":[{"type":"ptp","ipMasq":false,"ipam":{"type":"host-local","dataDir":"{{{directory}}}/ipam","ranges":[[{"subnet":"10.251.{{{net}}}.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}}]}
            """);
        var (handler, path) = File.Exists("/usr/bin/crun") ? ("crun", "/usr/bin/crun") : ("runc", "/usr/sbin/runc");
        if (CleanUpTakes > TimeSpan.Zero) path = await SlowAsync(path);
        await File.WriteAllTextAsync(Path.Combine(directory, "config.toml"), $"""
            version = 2
            root = "{directory}/root"
            state = "{directory}/state"
            disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.opt"]
            [grpc]
              address = "{Socket}"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "{Image}"
              restrict_oom_score_adj = true
              stream_server_address = "127.0.0.1"
              stream_server_port = "0"
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "/usr/lib/cni"
                conf_dir = "{directory}/cni"
              [plugins."io.containerd.grpc.v1.cri".containerd]
                default_runtime_name = "{handler}"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.{handler}]
                  runtime_type = "io.containerd.runc.v2"
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.{handler}.options]
                    SystemdCgroup = false
                    BinaryName = "{path}"
            """);
        await LaunchAsync();
        await ImportAsync();
    }

    /// <summary>Starts the process; after <see cref="Kill"/>, again upon the same state.</summary>
    public async Task LaunchAsync()
    {
        // crun takes a version 2 hierarchy beside version 1 for the only one, unless it does not see it.
        var hide = System.IO.Directory.Exists("/sys/fs/cgroup/unified") ? "umount /sys/fs/cgroup/unified; " : "";
        process = Process.Start(new ProcessStartInfo("unshare", ["-m", "--propagation", "slave", "sh", "-c", $"{hide}exec containerd -c {directory}/config.toml >{directory}/log 2>&1"]))!;
        using var runtime = new CriRuntime(Socket);
        for (var i = 0; ; i++)
        {
            try
            {
                await runtime.VersionAsync(default);
                return;
            }
            catch (Exception e) when (i < 200 && e is CriException or HttpRequestException) { await Task.Delay(50); }
        }
    }

    /// <summary>kill -9; its containers go on.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var runtime = new CriRuntime(Socket);
            foreach (var sandbox in await runtime.ListPodSandboxesAsync(null, default))
            {
                await runtime.StopPodSandboxAsync(sandbox.Id, default);
                await runtime.RemovePodSandboxAsync(sandbox.Id, default);
            }
        }
        catch (Exception e) when (e is CriException or HttpRequestException) { }
        if (process is { HasExited: false }) await KillAsync();
        foreach (var mount in Mounts.List().Where(m => m.Target.StartsWith(directory, StringComparison.Ordinal)).Reverse()) FileCalls.Unmount(mount.Target);
        System.IO.Directory.Delete(directory, recursive: true);
        foreach (var hierarchy in System.IO.Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup")) RemoveCgroup(Path.Combine(hierarchy, Path.GetFileName(directory)));
    }

    async Task<string> SlowAsync(string runtime)
    {
        var slow = Path.Combine(directory, "slow-runtime");
        await File.WriteAllTextAsync(slow, $"""
            #!/bin/sh
            for word; do [ "$word" = delete ] && sleep {CleanUpTakes.TotalSeconds}; done
            exec {runtime} "$@"

            """);
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return slow;
    }

    static async Task MountAsync(params string[] arguments)
    {
        using var mount = Process.Start("mount", arguments);
        await mount.WaitForExitAsync();
        Assert.Equal(0, mount.ExitCode);
    }

    static void RemoveCgroup(string cgroup)
    {
        if (!System.IO.Directory.Exists(cgroup)) return;
        foreach (var child in System.IO.Directory.GetDirectories(cgroup)) RemoveCgroup(child);
        System.IO.Directory.Delete(cgroup);
    }

    async Task ImportAsync()
    {
        var archive = Path.Combine(directory, "image.tar");
        WriteImage(archive);
        using var import = Process.Start(new ProcessStartInfo("ctr", ["-a", Socket, "-n", "k8s.io", "images", "import", "--base-name", "fairlead.local/node-test", archive]) { RedirectStandardOutput = true })!;
        await import.WaitForExitAsync();
        Assert.Equal(0, import.ExitCode);
    }

    // The archive of `docker save`: a layer, its config, and a manifest that names both.
    static void WriteImage(string path)
    {
        var layer = new MemoryStream();
        using (var tar = new TarWriter(layer, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "bin/") { Mode = (UnixFileMode)0b111_101_101 });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "tmp/") { Mode = (UnixFileMode)0b111_111_111 });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = (UnixFileMode)0b111_101_101, DataStream = new MemoryStream(File.ReadAllBytes("/bin/busybox")) });
            foreach (var name in new[] { "sh", "sleep", "cat", "echo", "httpd", "wget", "true", "false", "ls", "id", "hostname" })
                tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + name) { LinkName = "busybox" });
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(layer.ToArray()));
        var config = Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sleep","1000000"]},"rootfs":{"type":"layers","diff_ids":["sha256:{{{digest}}}"]},"history":[{"created_by":"test"}]}""");
        var configName = Convert.ToHexStringLower(SHA256.HashData(config)) + ".json";
        using var file = File.Create(path);
        using var archive = new TarWriter(file, TarEntryFormat.Pax);
        Add("layer.tar", layer.ToArray());
        Add(configName, config);
        Add("manifest.json", Encoding.UTF8.GetBytes($$"""[{"Config":"{{configName}}","RepoTags":["{{Image}}"],"Layers":["layer.tar"]}]"""));

        void Add(string name, byte[] bytes) =>
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0b110_100_100, DataStream = new MemoryStream(bytes) });
    }
}
