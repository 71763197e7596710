using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// One store write as one etcd transaction, so that it takes one revision.
/// <code>
/// create, replace   if mod(key) = R   put key;                              get key without its value
/// delete            if mod(key) = R   get key without its value; put PREFIX.final; delete key
/// refused                             get key
/// </code>
/// </summary>
/// <remarks>
/// A deletion in etcd has no value, but watchers are to see the object's last state. It is put under one key that every
/// deletion overwrites, in the same transaction: its event comes just before the deletion's with the same revision, and
/// nothing has to be cleaned up later. A tombstone a key would have to be removed, at a revision of its own; a write of
/// the last state before the deletion would be seen as a change of its own, and could be lost between the two.
/// </remarks>
static class EtcdWrites
{
    public static TxnRequest Request(StoreWrite write, EtcdKeys keys, EtcdValues values, EtcdRevisions revisions)
    {
        var key = keys.Of(write.Key);
        var request = new TxnRequest { Compare = { Condition(write, key, revisions) } };
        var head = new RequestOp { RequestRange = new RangeRequest { Key = key, KeysOnly = true } };
        if (write.Value is { } value)
        {
            request.Success.Add(Put(key, values.Encode(write.Key, value)));
            request.Success.Add(head);
        }
        else
        {
            request.Success.Add(head);
            request.Success.Add(Put(keys.Final, values.Encode(write.Key, write.FinalValue!.Value)));
            request.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = key } });
        }
        request.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = key } });
        return request;
    }

    /// <summary>The key that the transaction read: as it is after a write, as it was before a deletion, or as it stands in the way.</summary>
    public static KeyValue? Read(TxnResponse response)
    {
        foreach (var op in response.Responses)
        {
            if (op.ResponseRange is { Kvs: [var found, ..] }) return found;
        }
        return null;
    }

    static Compare Condition(StoreWrite write, ByteString key, EtcdRevisions revisions) => new()
    {
        Key = key,
        Target = Compare.Types.CompareTarget.Mod,
        // To etcd a key that is not there has revision 0; to the store it has none, so that 0 must not match.
        ModRevision = write.Condition == StoreCondition.Absent ? 0 : write.Revision == 0 ? -1 : revisions.ModOf(write.Key, write.Revision),
    };

    static RequestOp Put(ByteString key, ByteString value) => new() { RequestPut = new PutRequest { Key = key, Value = value } };
}
