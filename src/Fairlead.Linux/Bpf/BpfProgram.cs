using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Linux.Bpf;

/// <summary>A program in the kernel, kept open by a descriptor: it lives as long as a hook or a descriptor refers to it.</summary>
public sealed unsafe class BpfProgram : IDisposable
{
    const int Enoent = 2, MostMaps = 64;

    readonly SafeFileHandle handle;

    BpfProgram(int fd)
    {
        handle = new(fd, true);
        var maps = stackalloc uint[MostMaps];
        var info = new ProgramInfo { MapCount = MostMaps, MapIds = (ulong)maps };
        var length = (uint)sizeof(ProgramInfo);
        LibBpf.Check(LibBpf.bpf_obj_get_info_by_fd(fd, &info, &length), "describe a BPF program");
        (Id, Name) = (info.Id, Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(info.Name)));
        MapIds = new ReadOnlySpan<uint>(maps, Math.Min((int)info.MapCount, MostMaps)).ToArray();
    }

    public uint Id { get; }

    /// <summary>Its function's name, of which the kernel keeps 15 characters.</summary>
    public string Name { get; }

    /// <summary>The maps that it uses.</summary>
    public IReadOnlyList<uint> MapIds { get; }

    internal int Fd => (int)handle.DangerousGetHandle();

    /// <summary>Opens a program by its id; null if it is gone.</summary>
    /// <exception cref="LinuxException">EPERM: not root.</exception>
    public static BpfProgram? Find(uint id)
    {
        var fd = LibBpf.bpf_prog_get_fd_by_id(id);
        return fd == -Enoent ? null : new(LibBpf.Check(fd, $"open BPF program {id}"));
    }

    /// <summary>A program of an object that is loaded; independent of it.</summary>
    internal static BpfProgram OfObject(int fd) => new(Descriptors.Duplicate(fd));

    public void Dispose() => handle.Dispose();

    /// <summary>The beginning of struct bpf_prog_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct ProgramInfo
    {
        public uint Type, Id;
        public ulong Tag;
        public uint JitedLength, TranslatedLength;
        public ulong Jited, Translated, LoadTime;
        public uint Uid, MapCount;
        public ulong MapIds;
        public fixed byte Name[16];
    }
}
