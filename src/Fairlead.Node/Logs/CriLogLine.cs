using System.Globalization;
using System.Text;

namespace Fairlead.Node.Logs;

/// <summary>
/// One line of a container's log as the runtime writes it: <c>TIME STREAM TAGS CONTENT</c>, TAGS being P for a piece of a
/// longer line and F for a line's end (CRI logging format). Points into the bytes it was read from.
/// </summary>
readonly ref struct CriLogLine
{
    /// <summary>RFC 3339 with nanoseconds, as written.</summary>
    public ReadOnlySpan<byte> Time { get; private init; }

    public bool IsStderr { get; private init; }

    /// <summary>True when the next line of the same stream goes on with this one.</summary>
    public bool IsPartial { get; private init; }

    public ReadOnlySpan<byte> Content { get; private init; }

    /// <summary>When it was written; the least time when the text is no time.</summary>
    public DateTimeOffset WrittenAt =>
        DateTimeOffset.TryParse(Encoding.ASCII.GetString(Time), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : DateTimeOffset.MinValue;

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>False when the bytes are not of this format.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out CriLogLine read)
    {
        read = default;
        if (!Next(ref line, out var time) || !Next(ref line, out var stream) || !Next(ref line, out var tags)) return false;
        if (!stream.SequenceEqual("stdout"u8) && !stream.SequenceEqual("stderr"u8)) return false;
        // Tags are joined by colons; the first says whether the line is whole.
        var colon = tags.IndexOf((byte)':');
        var first = colon < 0 ? tags : tags[..colon];
        read = new() { Time = time, IsStderr = stream.SequenceEqual("stderr"u8), IsPartial = first.SequenceEqual("P"u8), Content = line };
        return true;
    }

    static bool Next(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> word)
    {
        var space = rest.IndexOf((byte)' ');
        word = space < 0 ? rest : rest[..space];
        // An empty line ends with its tag, and some writers leave the last space out.
        rest = space < 0 ? [] : rest[(space + 1)..];
        return word.Length > 0;
    }
}
