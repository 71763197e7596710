using System.Buffers.Binary;
using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// How an object stands in etcd: JSON without its revision, which etcd gives and which is not known before. A head of
/// five bytes says where the digits go when it is read: the format (1) and the offset, big-endian.
/// </summary>
sealed class EtcdValues
{
    const byte Format = 1;
    const int Head = 5;

    public ByteString Encode(string key, StoreValue value)
    {
        var stored = new byte[Head + value.Json.Length];
        stored[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(stored.AsSpan(1), value.RevisionOffset);
        value.Json.Span.CopyTo(stored.AsSpan(Head));
        return UnsafeByteOperations.UnsafeWrap(stored);
    }

    /// <exception cref="StoreUnavailableException">Not written by this store.</exception>
    public StoreEntry Entry(string key, long revision, long created, ByteString stored) =>
        new(key, revision, created, Decode(key, stored).Stamped(revision));

    StoreValue Decode(string key, ByteString stored)
    {
        if (stored.Length < Head || stored[0] != Format || BinaryPrimitives.ReadInt32BigEndian(stored.Span[1..]) is var offset && (offset < 0 || offset > stored.Length - Head))
            throw new StoreUnavailableException($"the value of {key} in etcd was not written by fairlead; give another --etcd-prefix", null);
        return new(stored.Memory[Head..], offset);
    }
}
