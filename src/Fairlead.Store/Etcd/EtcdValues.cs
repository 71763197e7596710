using System.Buffers.Binary;
using Fairlead.Store.Encryption;
using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// How an object stands in etcd: JSON without its revision, which etcd gives and which is not known before. A head of
/// five bytes says where the digits go when it is read: the format (1) and the offset, big-endian. Head and JSON are
/// encrypted together where that is asked for.
/// </summary>
sealed class EtcdValues(ValueEncryption encryption)
{
    const byte Format = 1;
    const int Head = 5;

    public ByteString Encode(string key, StoreValue value)
    {
        var stored = new byte[Head + value.Json.Length];
        stored[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(stored.AsSpan(1), value.RevisionOffset);
        value.Json.Span.CopyTo(stored.AsSpan(Head));
        return UnsafeByteOperations.UnsafeWrap(encryption.Seal(key, stored));
    }

    /// <exception cref="StoreUnavailableException">Not written by this store.</exception>
    public StoreEntry Entry(string key, long revision, long created, ByteString stored) =>
        new(key, revision, created, Decode(key, stored).Stamped(revision));

    StoreValue Decode(string key, ByteString sealedValue)
    {
        var stored = encryption.Open(key, sealedValue.Memory);
        if (stored.Length < Head || stored.Span[0] != Format || BinaryPrimitives.ReadInt32BigEndian(stored.Span[1..]) is var offset && (offset < 0 || offset > stored.Length - Head))
            throw new StoreUnavailableException($"the value of {key} in etcd was not written by fairlead; give another --etcd-prefix", null);
        return new(stored[Head..], offset);
    }
}
