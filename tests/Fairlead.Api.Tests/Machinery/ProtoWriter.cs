using System.Text;

namespace Fairlead.Api.Tests.Machinery;

/// <summary>Writes protobuf messages by hand, as a client's generated code would.</summary>
sealed class ProtoWriter
{
    readonly List<byte> bytes = [];

    public byte[] ToArray() => [.. bytes];

    public ProtoWriter Number(int field, long value) => Varint((ulong)field << 3).Varint((ulong)value);

    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, Action<ProtoWriter> fill)
    {
        var inner = new ProtoWriter();
        fill(inner);
        return Bytes(field, inner.ToArray());
    }

    /// <summary>An entry of a map from strings to strings.</summary>
    public ProtoWriter Entry(int field, string key, string value) => Message(field, m => m.Text(1, key).Text(2, value));

    public ProtoWriter Bytes(int field, params byte[] value)
    {
        Varint((ulong)field << 3 | 2).Varint((ulong)value.Length);
        bytes.AddRange(value);
        return this;
    }

    public ProtoWriter Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return this;
    }

    /// <summary>A body: magic, and the envelope around the message.</summary>
    public static byte[] Body(string apiVersion, string kind, Action<ProtoWriter> fill) =>
    [
        .. "k8s\0"u8,
        .. new ProtoWriter().Message(1, m => m.Text(1, apiVersion).Text(2, kind)).Message(2, fill).Text(3, "").Text(4, "").ToArray(),
    ];
}
