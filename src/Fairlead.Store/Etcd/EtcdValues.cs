using System.Buffers.Binary;
using Fairlead.Store.Encryption;
using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// How an object stands in etcd: JSON without its revision, which etcd gives and which is not known before. A head says
/// where the digits go when it is read: the format (1) and the offset, big-endian. An object that was brought from
/// another store has format 2, and after the offset the revisions it had. Head and JSON are encrypted together where
/// that is asked for.
/// </summary>
sealed class EtcdValues(ValueEncryption encryption, EtcdRevisions revisions)
{
    const byte Own = 1, Brought = 2;
    const int Head = 5, BroughtHead = Head + 16;

    public ByteString Encode(string key, StoreValue value)
    {
        var stored = new byte[Head + value.Json.Length];
        stored[0] = Own;
        BinaryPrimitives.WriteInt32BigEndian(stored.AsSpan(1), value.RevisionOffset);
        value.Json.Span.CopyTo(stored.AsSpan(Head));
        return UnsafeByteOperations.UnsafeWrap(encryption.Seal(key, stored));
    }

    /// <summary>An entry of another store, revisions and all.</summary>
    public ByteString Encode(StoreEntry entry)
    {
        var stored = new byte[BroughtHead + entry.Json.Length];
        stored[0] = Brought;
        BinaryPrimitives.WriteInt64BigEndian(stored.AsSpan(Head), entry.Revision);
        BinaryPrimitives.WriteInt64BigEndian(stored.AsSpan(Head + 8), entry.CreateRevision);
        entry.Json.Span.CopyTo(stored.AsSpan(BroughtHead));
        return UnsafeByteOperations.UnsafeWrap(encryption.Seal(entry.Key, stored));
    }

    /// <summary>The entry of a key as it stands in etcd.</summary>
    /// <exception cref="StoreUnavailableException">Not written by this store, or not to be decrypted.</exception>
    public StoreEntry Entry(string key, KeyValue kv)
    {
        var stored = encryption.Open(key, kv.Value.Memory);
        if (stored.Length >= BroughtHead && stored.Span[0] == Brought)
        {
            var revision = BinaryPrimitives.ReadInt64BigEndian(stored.Span[Head..]);
            revisions.Brought(key, kv.ModRevision, revision);
            return new(key, revision, BinaryPrimitives.ReadInt64BigEndian(stored.Span[(Head + 8)..]), stored[BroughtHead..]);
        }
        revisions.Written(key);
        return Stamped(key, stored, kv.ModRevision, revisions.ToStore(kv.CreateRevision));
    }

    /// <summary>The last state of a deleted object.</summary>
    /// <param name="mod">etcd's revision of the deletion.</param>
    public StoreEntry Final(string key, ByteString value, long mod, long created) => Stamped(key, encryption.Open(key, value.Memory), mod, created);

    StoreEntry Stamped(string key, ReadOnlyMemory<byte> stored, long mod, long created)
    {
        if (stored.Length < Head || stored.Span[0] != Own || BinaryPrimitives.ReadInt32BigEndian(stored.Span[1..]) is var offset && (offset < 0 || offset > stored.Length - Head))
            throw new StoreUnavailableException($"the value of {key} in etcd was not written by fairlead; give another --etcd-prefix", null);
        var revision = revisions.ToStore(mod);
        return new(key, revision, created, new StoreValue(stored[Head..], offset).Stamped(revision));
    }
}
