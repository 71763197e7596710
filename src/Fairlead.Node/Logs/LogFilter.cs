using System.Buffers;

namespace Fairlead.Node.Logs;

/// <summary>Strips the framing of whole lines and keeps count of what was written. One reader's; not thread-safe.</summary>
sealed class LogFilter(LogOptions options)
{
    long written;
    bool continuesLine;

    /// <summary>True when limitBytes are written.</summary>
    public bool LimitReached => options.LimitBytes is { } limit && written >= limit;

    /// <summary>Writes every whole line of the input and returns a buffer with what is left over.</summary>
    /// <param name="longestLine">A line longer than this is passed on as it is, so that nothing grows without bound.</param>
    public ArrayBufferWriter<byte> Take(ArrayBufferWriter<byte> input, IBufferWriter<byte> output, int longestLine)
    {
        var bytes = input.WrittenSpan;
        while (!LimitReached)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                if (bytes.Length <= longestLine) break;
                end = bytes.Length - 1;
            }
            Line(bytes[..end], output);
            bytes = bytes[(end + 1)..];
        }
        var rest = new ArrayBufferWriter<byte>(Math.Max(256, bytes.Length));
        rest.Write(bytes);
        return rest;
    }

    void Line(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (!CriLogLine.TryRead(bytes, out var line))
        {
            Write(bytes, output);
            Write("\n"u8, output);
            return;
        }
        if (options.Stream is "Stdout" && line.IsStderr || options.Stream is "Stderr" && !line.IsStderr) return;
        if (options.Since is { } since && line.WrittenAt < since) return;
        if (options.Timestamps && !continuesLine)
        {
            Write(line.Time, output);
            Write(" "u8, output);
        }
        Write(line.Content, output);
        if (!line.IsPartial) Write("\n"u8, output);
        continuesLine = line.IsPartial;
    }

    void Write(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (options.LimitBytes is { } limit) bytes = bytes[..(int)Math.Min(bytes.Length, Math.Max(0, limit - written))];
        output.Write(bytes);
        written += bytes.Length;
    }
}
