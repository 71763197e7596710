using System.Buffers.Text;

namespace Fairlead.Store;

/// <summary>
/// A value on its way in: JSON without its revision, and where the revision's decimal digits go
/// (between the quotes of <c>"resourceVersion":""</c>).
/// </summary>
/// <param name="Json">UTF-8; owned by the store after the call.</param>
/// <param name="RevisionOffset">Byte offset at which the digits are inserted.</param>
public readonly record struct StoreValue(ReadOnlyMemory<byte> Json, int RevisionOffset)
{
    /// <summary>The JSON with the revision in its place, in an array of its own.</summary>
    public byte[] Stamped(long revision)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(revision, digits, out var length);
        var stamped = new byte[Json.Length + length];
        Json.Span[..RevisionOffset].CopyTo(stamped);
        digits[..length].CopyTo(stamped.AsSpan(RevisionOffset));
        Json.Span[RevisionOffset..].CopyTo(stamped.AsSpan(RevisionOffset + length));
        return stamped;
    }
}

/// <summary>One version of one key. Immutable but for <see cref="Facts"/>; shared by all readers.</summary>
public sealed class StoreEntry(string key, long revision, long createRevision, ReadOnlyMemory<byte> json)
{
    object? facts;

    public string Key => key;

    /// <summary>Revision of the write that made this version.</summary>
    public long Revision => revision;

    /// <summary>Revision at which the key was last created.</summary>
    public long CreateRevision => createRevision;

    /// <summary>The object as it is served, resourceVersion included.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>
    /// What the server derived from the JSON (labels, selectable fields). Set once by whoever needs it first; two
    /// threads that race derive the same.
    /// </summary>
    public object? Facts
    {
        get => Volatile.Read(ref facts);
        set => Volatile.Write(ref facts, value);
    }
}

/// <summary>The answer to a range: entries, the revision it was read at, and how many more there are.</summary>
public sealed record StoreRange(IReadOnlyList<StoreEntry> Entries, long Revision, long Remaining);

/// <summary>What a write requires of the key.</summary>
public enum StoreCondition
{
    /// <summary>The key must not exist.</summary>
    Absent,

    /// <summary>The key must exist at <see cref="StoreWrite.Revision"/>.</summary>
    AtRevision,
}

/// <summary>One conditional write. <see cref="Value"/> null deletes.</summary>
/// <remarks>
/// A delete records a tombstone whose event carries <see cref="FinalValue"/>, the last state of the object with the
/// revision of the deletion, as Kubernetes watches report it.
/// </remarks>
public sealed record StoreWrite(string Key, StoreCondition Condition, long Revision, StoreValue? Value, StoreValue? FinalValue)
{
    public static StoreWrite Create(string key, StoreValue value) => new(key, StoreCondition.Absent, 0, value, null);

    public static StoreWrite Replace(string key, long revision, StoreValue value) =>
        new(key, StoreCondition.AtRevision, revision, value, null);

    public static StoreWrite Delete(string key, long revision, StoreValue final) =>
        new(key, StoreCondition.AtRevision, revision, null, final);
}

/// <summary>How a write ended.</summary>
public enum WriteOutcome
{
    /// <summary>Committed and durable.</summary>
    Done,

    /// <summary>The condition did not hold; <see cref="WriteResult.Entry"/> is the current entry, or null if there is none.</summary>
    Refused,
}

/// <summary>The result of a write.</summary>
/// <param name="Entry">Done: the new entry (for a delete, the tombstone's). Refused: the current one, or null.</param>
public readonly record struct WriteResult(WriteOutcome Outcome, StoreEntry? Entry);

/// <summary>What happened to a key.</summary>
public enum StoreEventType { Created, Modified, Deleted }

/// <summary>One event of a watch.</summary>
/// <param name="Entry">The new version; for Deleted, the final state with the deletion's revision.</param>
/// <param name="Previous">The version before, if there was one: a selector needs it to know what left the selection.</param>
public sealed record StoreEvent(StoreEventType Type, StoreEntry Entry, StoreEntry? Previous);

/// <summary>The revision is older than the history kept.</summary>
public sealed class CompactedException(long revision, long compacted)
    : Exception($"revision {revision} is compacted; history begins after {compacted}")
{
    public long Compacted => compacted;
}

/// <summary>The revision asked for lies ahead of the store.</summary>
public sealed class FutureRevisionException(long revision, long current)
    : Exception($"revision {revision} lies ahead of the store's {current}");

/// <summary>The watcher did not read for so long that its queue was given up; it must list again.</summary>
public sealed class SlowWatcherException(string prefix) : Exception($"the watcher of {prefix} fell too far behind");
