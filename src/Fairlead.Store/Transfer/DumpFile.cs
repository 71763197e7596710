using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Store.Encryption;

namespace Fairlead.Store.Transfer;

/// <summary>A <see cref="StoreDump"/> as bytes, with a checksum, so that what is cut off or changed is not restored.</summary>
/// <remarks>
/// <code>
/// "FAIRLEAD BACKUP 1\n"  revision(8)  count(8)
/// count × { key length(4)  value length(4)  revision(8)  create revision(8)  key  value }
/// SHA-256 of all that
/// </code>
/// Numbers are big-endian. Values are encrypted as the store's own would be.
/// </remarks>
public static class DumpFile
{
    const int RecordHead = 24, Hash = 32;

    // Longer is a fault of the file and must not make us allocate.
    const int LongestKey = 4096, LongestValue = 16 << 20;

    static ReadOnlySpan<byte> Magic => "FAIRLEAD BACKUP 1\n"u8;

    public static async Task WriteAsync(Stream target, StoreDump dump, ValueEncryption encryption, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = new byte[Magic.Length + 16];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(Magic.Length), dump.Revision);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(Magic.Length + 8), dump.Entries.Count);
        await PutAsync(head).ConfigureAwait(false);
        var record = new byte[RecordHead];
        foreach (var entry in dump.Entries)
        {
            var (key, value) = (Encoding.UTF8.GetBytes(entry.Key), encryption.Seal(entry.Key, entry.Json));
            BinaryPrimitives.WriteInt32BigEndian(record, key.Length);
            BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(4), value.Length);
            BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(8), entry.Revision);
            BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(16), entry.CreateRevision);
            await PutAsync(record).ConfigureAwait(false);
            await PutAsync(key).ConfigureAwait(false);
            await PutAsync(value).ConfigureAwait(false);
        }
        await target.WriteAsync(hash.GetHashAndReset(), cancellation).ConfigureAwait(false);
        await target.FlushAsync(cancellation).ConfigureAwait(false);

        ValueTask PutAsync(ReadOnlyMemory<byte> bytes)
        {
            hash.AppendData(bytes.Span);
            return target.WriteAsync(bytes, cancellation);
        }
    }

    /// <exception cref="InvalidDataException">It is no backup, cut off or changed: the message says which.</exception>
    /// <exception cref="StoreUnavailableException">A value can't be decrypted.</exception>
    public static async Task<StoreDump> ReadAsync(Stream source, ValueEncryption encryption, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var head = await GetAsync(Magic.Length + 16).ConfigureAwait(false);
            if (!head.AsSpan().StartsWith(Magic)) throw new InvalidDataException("is no backup of fairlead, or of a newer version");
            var (revision, count) = (BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(Magic.Length)), BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(Magic.Length + 8)));
            var sealedEntries = new List<StoreEntry>();
            for (var i = 0L; i < count; i++)
            {
                var record = await GetAsync(RecordHead).ConfigureAwait(false);
                var (keyLength, valueLength) = (BinaryPrimitives.ReadInt32BigEndian(record), BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(4)));
                if (keyLength is < 1 or > LongestKey || valueLength is < 0 or > LongestValue) throw Damaged();
                var key = Encoding.UTF8.GetString(await GetAsync(keyLength).ConfigureAwait(false));
                sealedEntries.Add(new(key, BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(8)), BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(16)), await GetAsync(valueLength).ConfigureAwait(false)));
            }
            var expected = hash.GetHashAndReset();
            var found = await GetAsync(Hash).ConfigureAwait(false);
            if (!expected.AsSpan().SequenceEqual(found) || source.ReadByte() >= 0) throw Damaged();
            // Nothing is believed, or decrypted, before the checksum is.
            return new(revision, [.. sealedEntries.Select(e => new StoreEntry(e.Key, e.Revision, e.CreateRevision, encryption.Open(e.Key, e.Json)))]);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException("is cut off");
        }

        async Task<byte[]> GetAsync(int length)
        {
            var bytes = new byte[length];
            await source.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
            hash.AppendData(bytes);
            return bytes;
        }
    }

    static InvalidDataException Damaged() => new("is damaged: its checksum does not fit");
}
