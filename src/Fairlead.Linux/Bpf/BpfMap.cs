using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Linux.Bpf;

/// <summary>
/// A map, kept open by a descriptor: it lives as long as a program or a descriptor refers to it. Keys and values are structs
/// laid out as the programs declare them. Many elements go in one system call.
/// </summary>
public sealed unsafe class BpfMap : IDisposable
{
    const int Enoent = 2, E2Big = 7, Enospc = 28, Array = 2;
    const uint FlagInner = 1 << 12;
    const int TokenBytes = 256;

    readonly SafeFileHandle handle;

    BpfMap(int fd)
    {
        handle = new(fd, true);
        MapInfo info;
        var length = (uint)sizeof(MapInfo);
        LibBpf.Check(LibBpf.bpf_obj_get_info_by_fd(fd, &info, &length), "describe a BPF map");
        (Id, Type, KeyBytes, ValueBytes, MaxEntries) = (info.Id, (int)info.Type, (int)info.KeySize, (int)info.ValueSize, (int)info.MaxEntries);
        Name = Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(info.Name));
    }

    public uint Id { get; }
    public string Name { get; }

    /// <summary>BPF_MAP_TYPE_.</summary>
    public int Type { get; }

    public int KeyBytes { get; }
    public int ValueBytes { get; }
    public int MaxEntries { get; }

    internal int Fd => (int)handle.DangerousGetHandle();

    /// <summary>Opens a map by its id; null if it is gone.</summary>
    /// <exception cref="LinuxException">EPERM: not root.</exception>
    public static BpfMap? Find(uint id)
    {
        var fd = LibBpf.bpf_map_get_fd_by_id(id);
        return fd == -Enoent ? null : new(LibBpf.Check(fd, $"open BPF map {id}"));
    }

    /// <summary>A map of an object that is loaded; independent of it.</summary>
    internal static BpfMap OfObject(int fd) => new(Descriptors.Duplicate(fd));

    /// <summary>Makes an array that can be an element of a map of maps, whatever its size, with these values.</summary>
    public static BpfMap InnerArray<TValue>(string name, ReadOnlySpan<TValue> values) where TValue : unmanaged
    {
        var options = new LibBpf.CreateOptions { Size = (nuint)sizeof(LibBpf.CreateOptions), MapFlags = FlagInner };
        fixed (byte* text = Encoding.ASCII.GetBytes(name + "\0"))
        {
            var made = new BpfMap(LibBpf.Check(LibBpf.bpf_map_create(Array, text, 4, (uint)sizeof(TValue), (uint)values.Length, &options), $"make BPF map {name}"));
            var keys = new uint[values.Length];
            for (var i = 0; i < keys.Length; i++) keys[i] = (uint)i;
            made.Update<uint, TValue>(keys, values);
            return made;
        }
    }

    /// <summary>The value of a key; null if there is none.</summary>
    public TValue? Find<TKey, TValue>(TKey key) where TKey : unmanaged where TValue : unmanaged
    {
        CheckSizes<TKey, TValue>();
        TValue value;
        var result = LibBpf.bpf_map_lookup_elem(Fd, &key, &value);
        if (result == -Enoent) return null;
        LibBpf.Check(result, $"read BPF map {Name}");
        return value;
    }

    /// <summary>Adds or replaces elements, each at a stroke, in this order.</summary>
    /// <exception cref="LinuxException">E2BIG: the map is full; those before are in it.</exception>
    public void Update<TKey, TValue>(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values) where TKey : unmanaged where TValue : unmanaged
    {
        CheckSizes<TKey, TValue>();
        if (keys.IsEmpty) return;
        fixed (TKey* k = keys)
        fixed (TValue* v = values)
        {
            var count = (uint)keys.Length;
            LibBpf.Check(count == 1 ? LibBpf.bpf_map_update_elem(Fd, k, v, 0) : LibBpf.bpf_map_update_batch(Fd, k, v, &count, null), $"change BPF map {Name}");
        }
    }

    /// <summary>Puts a map into a map of maps.</summary>
    public void Put<TKey>(TKey key, BpfMap inner) where TKey : unmanaged
    {
        var fd = inner.Fd;
        LibBpf.Check(LibBpf.bpf_map_update_elem(Fd, &key, &fd, 0), $"change BPF map {Name}");
    }

    /// <summary>Removes elements. Those that are gone are success.</summary>
    public void Remove<TKey>(ReadOnlySpan<TKey> keys) where TKey : unmanaged
    {
        while (!keys.IsEmpty)
        {
            fixed (TKey* k = keys)
            {
                var count = (uint)keys.Length;
                var result = count == 1 ? LibBpf.bpf_map_delete_elem(Fd, k) : LibBpf.bpf_map_delete_batch(Fd, k, &count, null);
                if (result == 0) return;
                if (result != -Enoent) LibBpf.Check(result, $"remove from BPF map {Name}");
                // It stopped at the one that is not there.
                keys = keys.Length == 1 ? [] : keys[((int)count + 1)..];
            }
        }
    }

    /// <summary>All elements, in no order. What changes meanwhile may be missed.</summary>
    public List<KeyValuePair<TKey, TValue>> Read<TKey, TValue>() where TKey : unmanaged where TValue : unmanaged
    {
        CheckSizes<TKey, TValue>();
        var found = new List<KeyValuePair<TKey, TValue>>();
        var (keys, values) = (new TKey[Math.Clamp(MaxEntries, 1, 4096)], new TValue[Math.Clamp(MaxEntries, 1, 4096)]);
        var token = stackalloc byte[TokenBytes];
        for (var first = true; ;)
        {
            uint count = (uint)keys.Length;
            int result;
            fixed (TKey* k = keys)
            fixed (TValue* v = values) result = LibBpf.bpf_map_lookup_batch(Fd, first ? null : token, token, k, v, &count, null);
            if (result == -Enospc)
            {
                // A bucket of the hash has more than that; nothing was read.
                (keys, values) = (new TKey[keys.Length * 2], new TValue[keys.Length * 2]);
                continue;
            }
            if (result != -Enoent) LibBpf.Check(result, $"read BPF map {Name}");
            for (var i = 0; i < (int)count; i++) found.Add(new(keys[i], values[i]));
            if (result != 0) return found;
            first = false;
        }
    }

    void CheckSizes<TKey, TValue>() where TKey : unmanaged where TValue : unmanaged
    {
        if (sizeof(TKey) != KeyBytes || sizeof(TValue) != ValueBytes)
            throw new ArgumentException($"BPF map {Name} has keys of {KeyBytes} and values of {ValueBytes} bytes, not {sizeof(TKey)} and {sizeof(TValue)}.");
    }

    public void Dispose() => handle.Dispose();

    /// <summary>The beginning of struct bpf_map_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct MapInfo
    {
        public uint Type, Id, KeySize, ValueSize, MaxEntries, Flags;
        public fixed byte Name[16];
    }
}
