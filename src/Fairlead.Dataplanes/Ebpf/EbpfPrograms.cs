using System.Security.Cryptography;
using System.Buffers.Binary;
using Fairlead.Linux.Bpf;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>
/// The programs of one node in the kernel, with their maps. They stay attached when this is disposed of; the next agent finds
/// them at their hooks, and their maps through them.
/// </summary>
sealed class EbpfPrograms : IDisposable
{
    const string Prefix = "fairlead_", Uplink = "fairlead_uplink", ObjectName = "fairlead.bpf.o";

    // Room at first; more when it is needed.
    const int FewestFrontends = 65536, FewestBackends = 262144, Clients = 65536;

    /// <summary>What the kernel keeps of each program's name, and its hook at the node's cgroup.</summary>
    static readonly IReadOnlyDictionary<string, BpfHook> CgroupHooks = new Dictionary<string, BpfHook>
    {
        ["fairlead_con4"] = BpfHook.Inet4Connect, ["fairlead_con6"] = BpfHook.Inet6Connect,
        ["fairlead_snd4"] = BpfHook.Udp4SendMsg, ["fairlead_snd6"] = BpfHook.Udp6SendMsg,
        ["fairlead_rcv4"] = BpfHook.Udp4RecvMsg, ["fairlead_rcv6"] = BpfHook.Udp6RecvMsg,
        ["fairlead_peer4"] = BpfHook.Inet4GetPeerName, ["fairlead_peer6"] = BpfHook.Inet6GetPeerName,
    };

    static readonly byte[] Code = ReadCode();

    /// <summary>Tells programs of one build from those of another.</summary>
    static readonly ulong Build = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Code));

    readonly IReadOnlyList<BpfProgram> programs;
    readonly Dictionary<string, BpfMap> maps;

    EbpfPrograms(IReadOnlyList<BpfProgram> programs, IEnumerable<BpfMap> maps) => (this.programs, this.maps) = (programs, maps.ToDictionary(m => m.Name));

    /// <summary>A map by its name in maps.h.</summary>
    public BpfMap this[string map] => maps[map];

    /// <summary>How many frontends and backends there is room for.</summary>
    public (int Frontends, int Backends) Room => (maps["frontends"].MaxEntries, maps["backends"].MaxEntries);

    /// <summary>The programs at the hooks of a cgroup and of links, if all are there and of this build; null otherwise.</summary>
    public static EbpfPrograms? Find(int cgroup, IReadOnlyList<int> uplinks)
    {
        // The same one is at every link.
        var found = CgroupHooks.SelectMany(h => Ours(new(cgroup, h.Value))).Concat(uplinks.Take(1).SelectMany(l => Ours(new(l, BpfHook.TcxIngress)))).ToList();
        var maps = found.SelectMany(p => p.MapIds).Distinct().Select(BpfMap.Find).OfType<BpfMap>().ToList();
        var settings = maps.Find(m => m.Name == "settings")?.Find<uint, EbpfLayout.Settings>(0);
        // Two maps of one name: programs of two loads.
        if (found.Count == CgroupHooks.Count + 1 && maps.DistinctBy(m => m.Name).Count() == maps.Count
            && settings?.Build == Build && settings.Value.Layout == EbpfLayout.Version) return new(found, maps);
        foreach (var map in maps) map.Dispose();
        Close(found);
        return null;
    }

    /// <summary>Loads the programs with maps of their own, attached nowhere.</summary>
    /// <exception cref="Fairlead.Linux.LinuxException">The kernel refused them.</exception>
    public static EbpfPrograms Load(int frontends, int backends)
    {
        using var code = new BpfObject(Code, "fairlead");
        (frontends, backends) = (Math.Max(FewestFrontends, 2 * frontends), Math.Max(FewestBackends, 2 * backends));
        foreach (var map in (string[])["frontends", "connections", "maglev"]) code.SetMaxEntries(map, frontends);
        code.SetMaxEntries("backends", backends);
        code.SetMaxEntries("affinity", Clients);
        var (loaded, made) = code.Load();
        return new(loaded, made);
    }

    /// <summary>The settings as these programs read them.</summary>
    public void Write(ulong nodeNamespace, uint flags) =>
        maps["settings"].Update<uint, EbpfLayout.Settings>([0], [new(nodeNamespace, Build, EbpfLayout.Version, flags)]);

    public EbpfLayout.Settings? Settings => maps["settings"].Find<uint, EbpfLayout.Settings>(0);

    /// <summary>Attaches what is not attached; programs of another build are replaced at a stroke.</summary>
    /// <returns>How many were.</returns>
    public int Attach(int cgroup, IEnumerable<int> uplinks) =>
        CgroupHooks.Count(h => Attach(new(cgroup, h.Value), programs.First(p => p.Name == h.Key)))
        + uplinks.Count(link => Attach(new(link, BpfHook.TcxIngress), programs.First(p => p.Name == Uplink)));

    static bool Attach(BpfTarget target, BpfProgram program)
    {
        var there = Ours(target);
        try
        {
            if (there.Any(p => p.Id == program.Id)) return false;
            if (there is [var old, ..]) target.Replace(old, program);
            else target.Attach(program);
            return true;
        }
        finally
        {
            Close(there);
        }
    }

    /// <summary>Detaches whatever programs of this data plane are at the hooks, of any build.</summary>
    /// <param name="answersToo">Those that translate answers back, too.</param>
    /// <returns>Whether there were any.</returns>
    public static bool Detach(int cgroup, IEnumerable<int> links, bool answersToo)
    {
        var hooks = CgroupHooks.Values.Where(h => answersToo || h is BpfHook.Inet4Connect or BpfHook.Inet6Connect or BpfHook.Udp4SendMsg or BpfHook.Udp6SendMsg);
        var any = false;
        foreach (var target in hooks.Select(h => new BpfTarget(cgroup, h)).Concat(links.Select(l => new BpfTarget(l, BpfHook.TcxIngress))))
        {
            foreach (var program in Ours(target))
            {
                target.Detach(program);
                program.Dispose();
                any = true;
            }
        }
        return any;
    }

    static List<BpfProgram> Ours(BpfTarget target)
    {
        var found = new List<BpfProgram>();
        foreach (var program in target.List().Select(BpfProgram.Find).OfType<BpfProgram>())
        {
            if (program.Name.StartsWith(Prefix, StringComparison.Ordinal)) found.Add(program);
            else program.Dispose();
        }
        return found;
    }

    static void Close(List<BpfProgram> programs)
    {
        foreach (var program in programs) program.Dispose();
    }

    static byte[] ReadCode()
    {
        using var stream = typeof(EbpfPrograms).Assembly.GetManifestResourceStream(ObjectName)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public void Dispose()
    {
        foreach (var program in programs) program.Dispose();
        foreach (var map in maps.Values) map.Dispose();
    }
}
