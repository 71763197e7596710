using System.Runtime.InteropServices;

namespace Fairlead.Dataplanes.Ebpf;

/// <summary>
/// Maglev hashing (Eisenbud et al., NSDI 2016, §3.4): a table of slots in which every backend has the same share, and which
/// keeps most of its slots when a backend comes or goes. It depends on nothing but the backends, so that every node has the
/// same.
/// </summary>
static class MaglevTable
{
    /// <summary>The usual size: shares within 3 % for a hundred backends.</summary>
    public const int UsualSlots = 4093;

    /// <param name="slots">A prime, and more than there are backends.</param>
    /// <param name="first">The number that the first backend is to have.</param>
    /// <returns>The number of a backend for each slot.</returns>
    public static ushort[] Build(ReadOnlySpan<EbpfLayout.Endpoint> backends, int slots, int first = 0)
    {
        var table = new ushort[slots];
        if (backends.IsEmpty) return table;
        var taken = new bool[slots];
        // Each backend walks its own permutation of the slots. They take turns by name, not by their place in the list.
        var order = Order(backends);
        var (next, skip) = (new int[backends.Length], new int[backends.Length]);
        for (var i = 0; i < backends.Length; i++)
        {
            next[i] = (int)(Hash(backends[order[i]], 1) % (ulong)slots);
            skip[i] = (int)(Hash(backends[order[i]], 2) % (ulong)(slots - 1)) + 1;
        }
        for (var filled = 0; ;)
        {
            for (var i = 0; i < backends.Length; i++)
            {
                while (taken[next[i]]) next[i] = (next[i] + skip[i]) % slots;
                taken[next[i]] = true;
                table[next[i]] = (ushort)(first + order[i]);
                if (++filled == slots) return table;
            }
        }
    }

    static int[] Order(ReadOnlySpan<EbpfLayout.Endpoint> backends)
    {
        var (names, order) = (new (ulong, int)[backends.Length], new int[backends.Length]);
        for (var i = 0; i < backends.Length; i++) names[i] = (Hash(backends[i], 3), i);
        Array.Sort(names);
        for (var i = 0; i < order.Length; i++) order[i] = names[i].Item2;
        return order;
    }

    /// <summary>FNV-1a of the address and port, its bits then spread evenly.</summary>
    static ulong Hash(EbpfLayout.Endpoint backend, byte seed)
    {
        var hash = 0xcbf29ce484222325 ^ seed;
        foreach (var octet in MemoryMarshal.AsBytes(new ReadOnlySpan<EbpfLayout.Endpoint>(in backend))) hash = (hash ^ octet) * 0x100000001b3;
        hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
        return hash ^ hash >> 33;
    }
}
