using System.Runtime.InteropServices;

namespace Fairlead.Linux.Bpf;

/// <summary>libbpf 1.0 or newer, as its headers declare it: failures are negative errnos, or null with errno.</summary>
static unsafe partial class LibBpf
{
    const string Library = "libbpf.so.1";

    static LibBpf() => libbpf_set_print(0);

    /// <summary>struct bpf_object_open_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OpenOptions
    {
        public nuint Size;
        public byte* ObjectName;
        public byte RelaxedMaps;
        public byte* PinRootPath;
        public uint Reserved;
        public byte* Kconfig;
        public byte* BtfCustomPath;
        public byte* KernelLog;
        public nuint KernelLogSize;
        public uint KernelLogLevel;
    }

    /// <summary>struct bpf_prog_attach_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct AttachOptions
    {
        public nuint Size;
        public uint Flags;
        public int ReplaceProgram;
    }

    /// <summary>struct bpf_prog_query_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct QueryOptions
    {
        public nuint Size;
        public uint QueryFlags, AttachFlags;
        public uint* ProgramIds;
        public uint ProgramCount;
        public uint* ProgramAttachFlags;
    }

    /// <summary>struct bpf_map_create_opts.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CreateOptions
    {
        public nuint Size;
        public uint BtfFd, BtfKeyType, BtfValueType, BtfKernelValueType, InnerMapFd, MapFlags;
        public ulong MapExtra;
        public uint NumaNode, MapIfIndex;
    }

    /// <summary>Gives the result, or throws for a negative one.</summary>
    /// <exception cref="LinuxException">With the kernel's errno.</exception>
    public static int Check(int result, string what) => result >= 0 ? result : throw new LinuxException(what, -result);

    [LibraryImport(Library)] private static partial nint libbpf_set_print(nint print);
    [LibraryImport(Library, SetLastError = true)] public static partial nint bpf_object__open_mem(byte* bytes, nuint length, OpenOptions* options);
    [LibraryImport(Library)] public static partial int bpf_object__load(nint obj);
    [LibraryImport(Library)] public static partial void bpf_object__close(nint obj);
    [LibraryImport(Library)] public static partial nint bpf_object__next_map(nint obj, nint map);
    [LibraryImport(Library)] public static partial nint bpf_object__next_program(nint obj, nint program);
    [LibraryImport(Library)] public static partial nint bpf_map__name(nint map);
    [LibraryImport(Library)] public static partial int bpf_map__fd(nint map);
    [LibraryImport(Library)] public static partial int bpf_map__set_max_entries(nint map, uint entries);
    [LibraryImport(Library)] public static partial int bpf_map__reuse_fd(nint map, int fd);
    [LibraryImport(Library)] public static partial nint bpf_program__name(nint program);
    [LibraryImport(Library)] public static partial int bpf_program__fd(nint program);
    [LibraryImport(Library)] public static partial int bpf_prog_get_fd_by_id(uint id);
    [LibraryImport(Library)] public static partial int bpf_map_get_fd_by_id(uint id);
    [LibraryImport(Library)] public static partial int bpf_obj_get_info_by_fd(int fd, void* info, uint* length);
    [LibraryImport(Library)] public static partial int bpf_prog_attach_opts(int program, int target, int hook, AttachOptions* options);
    [LibraryImport(Library)] public static partial int bpf_prog_detach2(int program, int target, int hook);
    [LibraryImport(Library)] public static partial int bpf_prog_query_opts(int target, int hook, QueryOptions* options);
    [LibraryImport(Library)] public static partial int bpf_map_create(int type, byte* name, uint keySize, uint valueSize, uint entries, CreateOptions* options);
    [LibraryImport(Library)] public static partial int bpf_map_lookup_elem(int map, void* key, void* value);
    [LibraryImport(Library)] public static partial int bpf_map_update_elem(int map, void* key, void* value, ulong flags);
    [LibraryImport(Library)] public static partial int bpf_map_delete_elem(int map, void* key);
    [LibraryImport(Library)] public static partial int bpf_map_lookup_batch(int map, void* from, void* next, void* keys, void* values, uint* count, void* options);
    [LibraryImport(Library)] public static partial int bpf_map_update_batch(int map, void* keys, void* values, uint* count, void* options);
    [LibraryImport(Library)] public static partial int bpf_map_delete_batch(int map, void* keys, uint* count, void* options);
}
