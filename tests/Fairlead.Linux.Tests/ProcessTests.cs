using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Processes;

namespace Fairlead.Linux.Tests;

public class ProcessTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("plain", "1 (sh) S 0 1 1 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 777 0", 'S', 777)]
    [InlineData("a name that tries", "9 (a) Z (b) R 0 1 1 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 42 0", 'R', 42)]
    public void Stat_is_read_whatever_the_name(string row, string line, char state, ulong start) =>
        Assert.True(ProcessIdentity.ParseStat(line) == (state, start), row);

    [Fact]
    public void A_line_of_mountinfo_with_spaces_and_optional_fields()
    {
        var mount = Mounts.Parse(@"36 35 98:0 /mnt1 /mnt\0402 rw,noatime shared:1 master:2 - ext3 /dev/root rw");
        Assert.Equal(new MountPoint(36, 35, "/mnt1", "/mnt 2", "ext3", "/dev/root"), mount);
    }

    [Fact]
    public async Task Another_process_with_the_same_id_is_not_the_same()
    {
        var me = ProcessIdentity.Find(Environment.ProcessId)!;
        Assert.True(me.IsAlive);
        var other = me with { StartTicks = me.StartTicks + 1 };
        Assert.False(other.IsAlive);
        other.Kill();
        Assert.True(await other.WaitAsync(Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_process_runs_in_its_namespaces_and_cgroup_and_dies_with_the_cgroup()
    {
        using var ns = new ScratchNamespace();
        var folder = Directory.CreateTempSubdirectory("flt-").FullName;
        var cgroups = new Cgroups();
        var cgroup = ns.Name + "/inner";
        Mounts.Mount("tmpfs", folder, "tmpfs", "size=1m");
        try
        {
            Mounts.MakePrivate(folder);
            Directory.CreateDirectory(folder + "/seen");
            MountNamespace.Create(folder + "/mnt", () => Mounts.Mount("tmpfs", folder + "/seen", "tmpfs", "size=1m"));
            cgroups.Make(cgroup);
            using var process = new ProcessSpec(
                ["sh", "-c", $"readlink /proc/self/ns/net; touch {folder}/seen/inside; echo $VAR; exec sleep 100"], folder + "/log")
            {
                NetworkNamespace = ns.Namespace.Path, MountNamespace = folder + "/mnt",
                CgroupFolder = cgroups.UnifiedPath(cgroup), Environment = new Dictionary<string, string> { ["VAR"] = "value" },
            }.Start();
            var identity = ProcessIdentity.Find(process.Id)!;
            await Until(() => File.Exists(folder + "/log") && File.ReadAllLines(folder + "/log").Length == 2);

            var inode = ns.Namespace.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget);
            Assert.Equal($"{inode} value", string.Join(" ", File.ReadAllLines(folder + "/log")));
            Assert.False(File.Exists(folder + "/seen/inside"));
            Assert.Contains(process.Id, cgroups.Processes(ns.Name));
            Assert.False(cgroups.TryRemove(ns.Name));

            cgroups.Kill(ns.Name);
            Assert.True(await identity.WaitAsync(Limit, TestContext.Current.CancellationToken));
            await Until(() => cgroups.TryRemove(ns.Name));
            Assert.False(Directory.Exists(cgroups.UnifiedPath(ns.Name)));
        }
        finally
        {
            cgroups.Kill(ns.Name);
            cgroups.TryRemove(ns.Name);
            Mounts.UnmountAll(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task Until(Func<bool> condition)
    {
        for (var end = Environment.TickCount64 + (long)Limit.TotalMilliseconds; !condition();)
        {
            Assert.True(Environment.TickCount64 < end, "waited in vain");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
