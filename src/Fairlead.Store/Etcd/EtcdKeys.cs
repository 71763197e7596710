using Google.Protobuf;

namespace Fairlead.Store.Etcd;

/// <summary>
/// Where things stand in etcd. Objects: the prefix and the store's key, which begins with '/'. Some keys of the store's
/// own stand just before them ('.' comes before '/'), so that one range covers everything.
/// </summary>
sealed class EtcdKeys(string prefix)
{
    /// <summary>The last state of the object that was deleted last: see <see cref="EtcdWrites"/>.</summary>
    public ByteString Final { get; } = ByteString.CopyFromUtf8(prefix + ".final");

    /// <summary>Up to where history was compacted: see <see cref="EtcdCompactor"/>.</summary>
    public ByteString Compacted { get; } = ByteString.CopyFromUtf8(prefix + ".compact");

    /// <summary>Written to have an event when there would be none: see <see cref="EtcdProgress"/>.</summary>
    public ByteString Now { get; } = ByteString.CopyFromUtf8(prefix + ".now");

    /// <summary>What is added to etcd's revisions, as decimal digits; not there: nothing. See <see cref="EtcdRevisions"/>.</summary>
    public ByteString Base { get; } = ByteString.CopyFromUtf8(prefix + ".base");

    public ByteString RangeStart { get; } = ByteString.CopyFromUtf8(prefix + ".");

    public ByteString ObjectsStart { get; } = ByteString.CopyFromUtf8(prefix + "/");

    public ByteString RangeEnd { get; } = ByteString.CopyFromUtf8(prefix + "0");

    public ByteString Of(string key) => ByteString.CopyFromUtf8(prefix + key);

    /// <summary>The store's key, or null if it is not an object's.</summary>
    public string? KeyOf(ByteString stored) =>
        stored.Span.StartsWith(ObjectsStart.Span) ? System.Text.Encoding.UTF8.GetString(stored.Span[(ObjectsStart.Length - 1)..]) : null;
}
