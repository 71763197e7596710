using System.Buffers;
using System.IO.Pipelines;

namespace Fairlead.Node.Logs;

/// <summary>Copies a container's log file to a stream as its reader wants it: without the runtime's framing.</summary>
static class ContainerLog
{
    const int LongestLine = 1 << 20;
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // The runtime opens the new log first and lets go of the old one then.
    static readonly TimeSpan UntilLeft = TimeSpan.FromMilliseconds(100);

    /// <summary>Copies until the end of the file, or while following until the container has ended.</summary>
    /// <param name="isRunning">Asked at the end of the file while following.</param>
    public static async Task CopyAsync(
        string path, LogOptions options, Func<CancellationToken, Task<bool>> isRunning, Stream destination, CancellationToken cancellation)
    {
        using var file = new CurrentLog(path);
        if (options.TailLines is { } lines) file.Stream.Position = TailStart(file.Stream, lines);
        using var change = options.Follow ? new FileChange(path) : null;
        var filter = new LogFilter(options);
        var output = PipeWriter.Create(destination, new StreamPipeWriterOptions(leaveOpen: true));
        var rest = new ArrayBufferWriter<byte>();
        var ended = !options.Follow;
        var isLeft = false;
        while (!filter.LimitReached)
        {
            var read = await file.Stream.ReadAsync(rest.GetMemory(32 * 1024), cancellation).ConfigureAwait(false);
            if (read > 0)
            {
                rest.Advance(read);
                rest = filter.Take(rest, output, LongestLine);
                continue;
            }
            await output.FlushAsync(cancellation).ConfigureAwait(false);
            // A log that was put aside is read to its end before the new one is begun, and its end is known when nobody
            // writes to it any more: more of it may have come while what was read was sent.
            if (file.IsPutAside())
            {
                if (isLeft) file.Reopen();
                else await Task.Delay(UntilLeft, cancellation).ConfigureAwait(false);
                isLeft = !isLeft;
                continue;
            }
            if (ended) break;
            // What was written before the end is read once more after it was seen.
            ended = !await isRunning(cancellation).ConfigureAwait(false);
            if (!ended) await change!.WaitAsync(LongestWait, cancellation).ConfigureAwait(false);
        }
        await output.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Where the last lines of a file begin. A line's pieces count as one line.</summary>
    internal static long TailStart(Stream file, long lines)
    {
        var buffer = new byte[8192];
        var end = file.Length;
        if (lines <= 0) return end;
        var position = end;
        var lineEnd = -1L;
        while (position > 0)
        {
            var size = (int)Math.Min(buffer.Length, position);
            position -= size;
            file.Position = position;
            file.ReadExactly(buffer.AsSpan(0, size));
            for (var i = size - 1; i >= 0; i--)
            {
                if (buffer[i] != '\n') continue;
                if (lineEnd < 0) { lineEnd = position + i; continue; }
                // The line after this line feed is one wanted line unless the line before it is a piece of it.
                if (!EndsPiece(file, position + i) && --lines == 0) return position + i + 1;
            }
        }
        return 0;
    }

    // Whether the line that ends at this line feed is a piece (P): its tags stand within its first bytes.
    static bool EndsPiece(Stream file, long lineFeed)
    {
        const int chunk = 4096;
        var at = lineFeed;
        var buffer = new byte[chunk];
        while (at > 0)
        {
            var size = (int)Math.Min(chunk, at);
            file.Position = at - size;
            file.ReadExactly(buffer.AsSpan(0, size));
            var start = buffer.AsSpan(0, size).LastIndexOf((byte)'\n');
            if (start >= 0 || at == size)
            {
                file.Position = at - size + start + 1;
                var head = new byte[Math.Min(64, lineFeed - file.Position)];
                file.ReadExactly(head);
                return CriLogLine.TryRead(head, out var line) && line.IsPartial;
            }
            at -= size;
        }
        return false;
    }
}
