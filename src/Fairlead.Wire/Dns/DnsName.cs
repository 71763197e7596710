namespace Fairlead.Wire.Dns;

/// <summary>
/// Domain names between the wire and text. The text form used everywhere here is lower case, without the last dot
/// (the root is empty), and with <c>\.</c>, <c>\\</c> and <c>\DDD</c> for bytes that would be misread (RFC 4343 §2.1), so
/// that two names are equal when their texts are.
/// </summary>
public static class DnsName
{
    /// <summary>The most bytes a name takes on the wire, lengths and root included (RFC 1035 §2.3.4).</summary>
    public const int MaxWireLength = 255;

    /// <summary>The most bytes of one label.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>Enough characters for the text of any name: each byte may need four.</summary>
    public const int MaxTextLength = 1024;

    /// <summary>
    /// Expands the name at an offset of a message into text. Pointers must lead backwards, so a loop ends at once.
    /// </summary>
    /// <param name="text">At least <see cref="MaxTextLength"/> characters.</param>
    /// <param name="length">Characters written.</param>
    /// <param name="end">Offset of the byte after the name where it stands.</param>
    public static bool TryExpand(ReadOnlySpan<byte> message, int offset, Span<char> text, out int length, out int end)
    {
        length = end = 0;
        var total = 1;
        var jumped = false;
        for (var limit = offset; ;)
        {
            if ((uint)offset >= (uint)message.Length) return false;
            int count = message[offset];
            if (count >= 0xc0)
            {
                if (offset + 1 >= message.Length) return false;
                var target = (count & 0x3f) << 8 | message[offset + 1];
                if (!jumped) end = offset + 2;
                jumped = true;
                if (target >= limit) return false;
                limit = offset = target;
                continue;
            }
            if (count > MaxLabelLength) return false;
            if (count == 0)
            {
                if (!jumped) end = offset + 1;
                return true;
            }
            total += count + 1;
            if (total > MaxWireLength || offset + 1 + count > message.Length) return false;
            if (length > 0) text[length++] = '.';
            foreach (var b in message.Slice(offset + 1, count)) length += WriteByte(b, text[length..]);
            offset += count + 1;
        }
    }

    /// <summary>Finds the end of the name at an offset without expanding it.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, int offset, out int end)
    {
        end = 0;
        while ((uint)offset < (uint)message.Length)
        {
            int count = message[offset];
            if (count >= 0xc0)
            {
                end = offset + 2;
                return end <= message.Length;
            }
            if (count > MaxLabelLength) return false;
            offset += count + 1;
            if (count != 0) continue;
            end = offset;
            return true;
        }
        return false;
    }

    /// <summary>Whether the bytes are one whole name without pointers.</summary>
    public static bool IsUncompressed(ReadOnlySpan<byte> name)
    {
        var at = 0;
        while (at < name.Length && name[at] is > 0 and <= MaxLabelLength) at += name[at] + 1;
        return at == name.Length - 1 && name[at] == 0 && name.Length <= MaxWireLength;
    }

    /// <summary>Encodes text as an uncompressed name; a last dot is allowed. False for what is no name.</summary>
    /// <param name="wire">At least <see cref="MaxWireLength"/> bytes.</param>
    public static bool TryEncode(ReadOnlySpan<char> text, Span<byte> wire, out int length)
    {
        length = 0;
        if (text is ".") text = default;
        int start = 0, at = 1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                if (!CloseLabel(wire, start, at)) return false;
                start = at++;
                continue;
            }
            if (!TryReadByte(text, ref i, out var b) || at >= MaxWireLength - 1) return false;
            wire[at++] = b;
        }
        if (at > start + 1)
        {
            if (!CloseLabel(wire, start, at)) return false;
            start = at;
        }
        wire[start] = 0;
        length = start + 1;
        return length <= MaxWireLength;
    }

    static bool CloseLabel(Span<byte> wire, int start, int at)
    {
        var count = at - start - 1;
        if (count is 0 or > MaxLabelLength || at >= MaxWireLength) return false;
        wire[start] = (byte)count;
        return true;
    }

    static int WriteByte(byte b, Span<char> text)
    {
        switch (b)
        {
            case >= (byte)'A' and <= (byte)'Z':
                text[0] = (char)(b | 0x20);
                return 1;
            case (byte)'.' or (byte)'\\':
                text[0] = '\\';
                text[1] = (char)b;
                return 2;
            case > 0x20 and < 0x7f:
                text[0] = (char)b;
                return 1;
            default:
                text[0] = '\\';
                text[1] = (char)('0' + b / 100);
                text[2] = (char)('0' + b / 10 % 10);
                text[3] = (char)('0' + b % 10);
                return 4;
        }
    }

    static bool TryReadByte(ReadOnlySpan<char> text, ref int i, out byte value)
    {
        var c = text[i];
        value = (byte)c;
        if (c != '\\') return c is > ' ' and < '\x7f';
        if (++i >= text.Length) return false;
        if (!char.IsAsciiDigit(text[i]))
        {
            value = (byte)text[i];
            return text[i] is > ' ' and < '\x7f';
        }
        if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i, 3), out value)) return false;
        i += 2;
        return true;
    }
}
