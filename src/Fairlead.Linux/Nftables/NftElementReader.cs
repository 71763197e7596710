using System.Buffers.Binary;
using System.Text;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Nftables;

/// <summary>Reads the elements that the kernel lists (NFTA_SET_ELEM_).</summary>
static class NftElementReader
{
    const ushort List = 3, Key = 1, Data = 2, KeyEnd = 10, Expression = 7, Expressions = 11;

    /// <summary>Gives every element of one message, with the packets of its counter; 0 where it has none.</summary>
    public static void Read(string set, ReadOnlySpan<byte> payload, Action<NftElement, long> each)
    {
        if (payload.Length < 4) return;
        var attributes = new AttributeReader(payload[4..]);
        while (attributes.TryRead(out var type, out var list))
        {
            if (type != List) continue;
            var elements = new AttributeReader(list);
            while (elements.TryRead(out _, out var element)) Element(set, element, each);
        }
    }

    static void Element(string set, ReadOnlySpan<byte> element, Action<NftElement, long> each)
    {
        byte[] key = [], end = [], data = [];
        string? verdict = null;
        var packets = 0L;
        var attributes = new AttributeReader(element);
        while (attributes.TryRead(out var type, out var nest))
        {
            if (type is Expression) packets = Packets(nest);
            if (type is Expressions) packets = FirstOf(nest);
            if (type is not (Key or KeyEnd or Data)) continue;
            var values = new AttributeReader(nest);
            if (!values.TryRead(out var kind, out var value)) continue;
            if (kind == 2) verdict = Verdict(value);
            else if (type == Key) key = value.ToArray();
            else if (type == KeyEnd) end = value.ToArray();
            else data = value.ToArray();
        }
        each(new(set, key, data, verdict) { KeyEnd = end }, packets);
    }

    static long FirstOf(ReadOnlySpan<byte> list)
    {
        var expressions = new AttributeReader(list);
        return expressions.TryRead(out _, out var first) ? Packets(first) : 0;
    }

    // NFTA_EXPR_DATA of a counter: NFTA_COUNTER_BYTES, NFTA_COUNTER_PACKETS.
    static long Packets(ReadOnlySpan<byte> expression)
    {
        var parts = new AttributeReader(expression);
        while (parts.TryRead(out var part, out var data))
        {
            if (part != 2) continue;
            var fields = new AttributeReader(data);
            while (fields.TryRead(out var field, out var value))
            {
                if (field == 2 && value.Length == 8) return BinaryPrimitives.ReadInt64BigEndian(value);
            }
        }
        return 0;
    }

    static string Verdict(ReadOnlySpan<byte> nest)
    {
        var code = 0;
        var chain = "";
        var attributes = new AttributeReader(nest);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == 1 && value.Length == 4) code = BinaryPrimitives.ReadInt32BigEndian(value);
            else if (type == 2) chain = Encoding.UTF8.GetString(value.TrimEnd((byte)0));
        }
        return code switch { 0 => "drop", 1 => "accept", -4 => "goto " + chain, _ => $"verdict {code} {chain}" };
    }
}
