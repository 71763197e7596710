namespace Fairlead.Linux.Nftables;

/// <summary>
/// Reads and changes the elements of one table's sets and maps over nfnetlink, without libnftables: some 0.05 ms a
/// change, at any size of the set. It belongs to the network namespace of the thread that made it. One caller at a time.
/// </summary>
/// <param name="family">NFPROTO_IPV4 or NFPROTO_IPV6.</param>
public sealed class NftSets(byte family, string table) : IDisposable
{
    public const byte IPv4 = 2, IPv6 = 10;

    const ushort NewElement = NftTransaction.Subsystem | 12, GetElement = NftTransaction.Subsystem | 13, DeleteElement = NftTransaction.Subsystem | 14;
    const ushort FlagCreate = 0x400;

    // A nest's length is 16 bits: with up to some 160 bytes an element this leaves room.
    const int ElementsInMessage = 400;

    // NFTA_SET_ELEM_KEY_END
    const ushort KeyEnd = 10;

    readonly NftTransaction transaction = new(family, table);

    /// <summary>Removes and adds elements in one transaction: packets see all of it or nothing. To replace, name the key in both.</summary>
    /// <param name="empty">Sets and maps that lose all their elements before.</param>
    /// <exception cref="LinuxException">The kernel refused, and nothing was changed: ENOENT for a key or set that is not there.</exception>
    public void Change(IReadOnlyList<NftElement> remove, IReadOnlyList<NftElement> add, IReadOnlyList<string>? empty = null)
    {
        var messages = (empty ?? []).Select(set => (Type: DeleteElement, Set: set, Elements: ArraySegment<NftElement>.Empty))
            .Concat(Messages(DeleteElement, remove)).Concat(Messages(NewElement, add)).ToList();
        if (messages.Count == 0) return;
        transaction.Begin();
        for (var i = 0; i < messages.Count; i++) Write(messages[i].Type, messages[i].Set, messages[i].Elements, last: i == messages.Count - 1);
        transaction.Commit("change elements");
    }

    /// <summary>Number of the namespace's last change of nftables, whoever made it.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public uint Generation() => transaction.Generation();

    /// <summary>All elements of a set or map. The kernel begins anew at each 32 KiB of them, so a large one takes long: 2 to 3 s at 250,000.</summary>
    /// <exception cref="LinuxException">ENOENT: there is no such set or table.</exception>
    public List<NftElement> Read(string set)
    {
        var found = new List<NftElement>();
        transaction.Dump(GetElement, writer => writer.String(2, set), $"read set {set}", (_, payload) => NftElementReader.Read(set, payload, (element, _) => found.Add(element)));
        return found;
    }

    /// <summary>How often each element of a map with counters was met.</summary>
    /// <exception cref="LinuxException">ENOENT: there is no such map or table.</exception>
    public List<(NftElement Element, long Packets)> ReadCounts(string map)
    {
        var found = new List<(NftElement, long)>();
        transaction.Dump(GetElement, writer => writer.String(2, map), $"read map {map}", (_, payload) => NftElementReader.Read(map, payload, (element, packets) => found.Add((element, packets))));
        return found;
    }

    static IEnumerable<(ushort Type, string Set, ArraySegment<NftElement> Elements)> Messages(ushort type, IReadOnlyList<NftElement> elements)
    {
        var all = elements as NftElement[] ?? [.. elements];
        for (var start = 0; start < all.Length;)
        {
            var end = start + 1;
            while (end < all.Length && end - start < ElementsInMessage && all[end].Set == all[start].Set) end++;
            yield return (type, all[start].Set, new(all, start, end - start));
            start = end;
        }
    }

    /// <param name="elements">None: all of them.</param>
    void Write(ushort type, string set, ArraySegment<NftElement> elements, bool last)
    {
        transaction.Message(type, type == NewElement ? FlagCreate : (ushort)0, last);
        var writer = transaction.Writer;
        writer.String(2, set);
        if (elements.Count > 0) Elements(type, elements);
        writer.End();
    }

    void Elements(ushort type, ArraySegment<NftElement> elements)
    {
        var writer = transaction.Writer;
        writer.BeginNest(3);
        foreach (var element in elements)
        {
            writer.BeginNest(1);
            Value(1, element.Key.Span);
            if (!element.KeyEnd.IsEmpty) Value(KeyEnd, element.KeyEnd.Span);
            if (type == NewElement && element.Verdict is { } verdict) Verdict(verdict);
            else if (type == NewElement && !element.Data.IsEmpty) Value(2, element.Data.Span);
            writer.End();
        }
        writer.End();
    }

    void Value(ushort attribute, ReadOnlySpan<byte> bytes)
    {
        transaction.Writer.BeginNest(attribute);
        transaction.Writer.Bytes(1, bytes);
        transaction.Writer.End();
    }

    void Verdict(string verdict)
    {
        var writer = transaction.Writer;
        writer.BeginNest(2);
        writer.BeginNest(2);
        var chain = verdict.StartsWith("goto ", StringComparison.Ordinal) ? verdict[5..] : null;
        writer.UInt32BigEndian(1, chain is not null ? unchecked((uint)-4) : verdict == "accept" ? 1u : 0u);
        if (chain is not null) writer.String(2, chain);
        writer.End();
        writer.End();
    }

    public void Dispose() => transaction.Dispose();
}
