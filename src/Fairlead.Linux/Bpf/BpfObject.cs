using System.Runtime.InteropServices;
using System.Text;

namespace Fairlead.Linux.Bpf;

/// <summary>
/// Programs and maps out of clang's object file, brought into the kernel by libbpf: open, say what is to be different about
/// the maps, load.
/// </summary>
public sealed unsafe class BpfObject : IDisposable
{
    const int LogBytes = 1 << 20, LogLinesShown = 12;

    readonly byte* log = (byte*)NativeMemory.AllocZeroed(LogBytes);
    readonly Dictionary<string, nint> maps = [];
    nint handle;

    /// <param name="file">The object file's bytes.</param>
    /// <param name="name">For the kernel's lists; up to 15 characters.</param>
    /// <exception cref="LinuxException">EINVAL: not such a file.</exception>
    public BpfObject(ReadOnlySpan<byte> file, string name)
    {
        fixed (byte* bytes = file, text = Encoding.ASCII.GetBytes(name + "\0"))
        {
            var options = new LibBpf.OpenOptions { Size = (nuint)sizeof(LibBpf.OpenOptions), ObjectName = text, KernelLog = log, KernelLogSize = LogBytes };
            handle = LibBpf.bpf_object__open_mem(bytes, (nuint)file.Length, &options);
        }
        if (handle == 0) throw LinuxException.Last($"read BPF object {name}");
        for (var map = LibBpf.bpf_object__next_map(handle, 0); map != 0; map = LibBpf.bpf_object__next_map(handle, map))
            maps[Marshal.PtrToStringUTF8(LibBpf.bpf_map__name(map))!] = map;
    }

    /// <summary>Says how many elements a map is to have room for.</summary>
    public void SetMaxEntries(string map, int entries) => LibBpf.Check(LibBpf.bpf_map__set_max_entries(maps[map], (uint)entries), $"size BPF map {map}");

    /// <summary>Has the programs use a map that is in the kernel already, instead of a new one.</summary>
    public void Reuse(BpfMap map) => LibBpf.Check(LibBpf.bpf_map__reuse_fd(maps[map.Name], map.Fd), $"use BPF map {map.Name} again");

    /// <summary>Makes the maps and loads the programs. They are the caller's to dispose of, and need this no more.</summary>
    /// <exception cref="LinuxException">The kernel refused; the message has the end of its reasons.</exception>
    public (IReadOnlyList<BpfProgram> Programs, IReadOnlyList<BpfMap> Maps) Load()
    {
        var result = LibBpf.bpf_object__load(handle);
        if (result < 0) throw new LinuxException("load BPF programs" + Reasons(), -result);
        var programs = new List<BpfProgram>();
        for (var program = LibBpf.bpf_object__next_program(handle, 0); program != 0; program = LibBpf.bpf_object__next_program(handle, program))
            programs.Add(BpfProgram.OfObject(LibBpf.bpf_program__fd(program)));
        return (programs, [.. maps.Values.Select(map => BpfMap.OfObject(LibBpf.bpf_map__fd(map)))]);
    }

    string Reasons()
    {
        var lines = (Marshal.PtrToStringUTF8((nint)log) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "" : $" (… {string.Join(" / ", lines.TakeLast(LogLinesShown))})";
    }

    public void Dispose()
    {
        var old = Interlocked.Exchange(ref handle, 0);
        if (old == 0) return;
        LibBpf.bpf_object__close(old);
        NativeMemory.Free(log);
    }
}
