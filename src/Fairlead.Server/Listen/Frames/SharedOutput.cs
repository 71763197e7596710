using System.IO.Pipelines;
using System.Net.Security;

namespace Fairlead.Server.Listen.Frames;

/// <summary>
/// The output of an HTTP/2 connection: Kestrel's frames, and between them those of answers without end, which Kestrel would
/// write and flush one by one at forty microseconds each. Of such an answer Kestrel sends the head and the end.
/// All that waits when the connection has its turn goes out in TLS records that are full. Thread-safe.
/// </summary>
sealed class SharedOutput(PipeReader kestrel, SslStream tls, SocketOutput socket, BlockPool records)
{
    /// <summary>Records of ours between two looks at what Kestrel has.</summary>
    const int RecordsATurn = 4;

    /// <summary>A frame of less is not worth its head, at the end of a record.</summary>
    const int LeastFrame = 256;

    /// <summary>A client that grants less is left to Kestrel.</summary>
    const int LeastShare = 64 * 1024;

    readonly Lock gate = new();
    readonly SendWindows windows = new();
    readonly Dictionary<int, StreamOutput> streams = [];
    readonly Queue<StreamOutput> line = new();
    readonly FrameCursor cursor = new();
    bool called, isBroken;

    /// <summary>Takes the body of an answer over from Kestrel, before its head is sent; null if that is no gain, or it is too late.</summary>
    public StreamOutput? Take(int number)
    {
        lock (gate)
        {
            if (isBroken || !windows.IsOpen(number) || windows.Share < LeastShare) return null;
            return streams[number] = new StreamOutput(this, number);
        }
    }

    /// <summary>Puts what a stream has written in line; answers with what to wait for if more than so many bytes are waiting then.</summary>
    public Task? Flush(StreamOutput stream, int most)
    {
        Task? wait;
        lock (gate)
        {
            wait = stream.Enqueue(most);
            if (!Line(stream) || called) return wait;
            called = true;
        }
        kestrel.CancelPendingRead();
        return wait;
    }

    public void End(StreamOutput stream)
    {
        lock (gate)
        {
            streams.Remove(stream.Number);
            stream.Close();
        }
    }

    public void ClientOpens(int number)
    {
        lock (gate) windows.Open(number);
    }

    public void ClientBeginsWith(int bytes)
    {
        lock (gate) windows.BeginWith(bytes);
        Retry();
    }

    /// <summary>Returns how much of it is Kestrel's.</summary>
    public int ClientGrants(int number, int bytes)
    {
        var its = bytes;
        lock (gate)
        {
            if (number == 0) its = windows.Grant(bytes);
            else windows.Grant(number, bytes);
            if (streams.ContainsKey(number)) its = 0;
        }
        Retry();
        return its;
    }

    /// <summary>The stream has ended, or is reset.</summary>
    public void Close(int number)
    {
        lock (gate) Closed(number);
    }

    /// <summary>Sends until Kestrel has no more or the client is gone.</summary>
    public async Task RunAsync(TurnScheduler turns)
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await kestrel.ReadAsync().ConfigureAwait(false);
                socket.Gather();
                foreach (var piece in read.Buffer)
                {
                    Follow(piece.Span);
                    await tls.WriteAsync(piece).ConfigureAwait(false);
                }
                kestrel.AdvanceTo(read.Buffer.End);
                var isMore = await OwnAsync().ConfigureAwait(false);
                await socket.SendAsync().ConfigureAwait(false);
                if (read.IsCompleted) break;
                if (!isMore) continue;
                // The next read ends at once.
                kestrel.CancelPendingRead();
                await turns;
            }
        }
        catch (Exception e)
        {
            // Above all: the client is gone. Who writes next is told, and would wait for room for ever if it were not.
            failure = e;
        }
        Break();
        await kestrel.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <summary>Encrypts what waits of ours, as much as one turn may; whether more may wait.</summary>
    async ValueTask<bool> OwnAsync()
    {
        using var record = records.Rent();
        for (var i = 0; i < RecordsATurn; i++)
        {
            var bytes = Fill(record.Memory.Span);
            if (bytes == 0) return false;
            await tls.WriteAsync(record.Memory[..bytes]).ConfigureAwait(false);
        }
        return true;
    }

    /// <summary>Sees what Kestrel sends, before it is sent.</summary>
    void Follow(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            while (cursor.TryNext(ref bytes, out var head))
            {
                if (head.Type == FrameType.Data) windows.KestrelSent(head.Length);
                if (head.Type == FrameType.Headers && streams.TryGetValue(head.Stream, out var stream))
                {
                    stream.IsBegun = true;
                    called |= Line(stream);
                }
                if (head.EndsStream) Closed(head.Stream);
            }
        }
    }

    /// <summary>Cuts what waits into frames, streams in turns; returns how many bytes they are.</summary>
    int Fill(Span<byte> record)
    {
        var at = 0;
        lock (gate)
        {
            while (cursor.IsBetween && record.Length - at >= FrameHead.Bytes + LeastFrame)
            {
                if (!line.TryDequeue(out var stream))
                {
                    called = false;
                    break;
                }
                stream.IsInLine = false;
                var length = Math.Min(Math.Min(stream.Waiting, windows.Room(stream.Number)), record.Length - at - FrameHead.Bytes);
                if (length == 0) continue;
                new FrameHead(length, FrameType.Data, 0, stream.Number).Write(record[at..]);
                stream.Take(record.Slice(at + FrameHead.Bytes, length));
                windows.Sent(stream.Number, length);
                at += FrameHead.Bytes + length;
                Line(stream);
            }
        }
        return at;
    }

    /// <summary>Lets the stream stand in line if it has something to send; whether it stands there. Without room it leaves the line without a frame.</summary>
    bool Line(StreamOutput stream)
    {
        if (stream.IsInLine || !stream.IsBegun || stream.Waiting == 0) return stream.IsInLine;
        stream.IsInLine = true;
        line.Enqueue(stream);
        return true;
    }

    /// <summary>There may be room again for those that were left without.</summary>
    void Retry()
    {
        lock (gate)
        {
            var any = false;
            foreach (var stream in streams.Values) any |= Line(stream);
            if (!any || called) return;
            called = true;
        }
        kestrel.CancelPendingRead();
    }

    void Closed(int number)
    {
        windows.Close(number);
        if (streams.TryGetValue(number, out var stream)) stream.Close();
    }

    void Break()
    {
        lock (gate)
        {
            isBroken = true;
            foreach (var stream in streams.Values) stream.Close();
        }
    }
}
