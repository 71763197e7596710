using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Listen;

/// <summary>
/// What goes back. Exactly one of <see cref="Body"/>, <see cref="Stream"/> and <see cref="Relay"/> carries the content.
/// </summary>
public sealed class ApiAnswer
{
    public const string Json = "application/json";

    public int Code { get; init; } = 200;
    public string ContentType { get; init; } = Json;

    /// <summary>The whole content: usually the stored bytes themselves.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// Writes content that is long or has no end. The writer is completed by the caller. What it throws breaks the answer
    /// off, in a way that no client takes for its end: a body without its last chunk (HTTP/1.1), a reset stream (HTTP/2).
    /// </summary>
    public Func<PipeWriter, CancellationToken, Task>? Stream { get; init; }

    /// <summary>About how many bytes <see cref="Stream"/> will write; 0 if nobody knows.</summary>
    public long Size { get; init; }

    /// <summary>Takes the connection over (exec, port-forward, proxy).</summary>
    public Func<HttpContext, Task>? Relay { get; init; }

    public string? ETag { get; init; }

    /// <summary>Seconds after which a refused client may ask again: the header Retry-After (RFC 9110 §10.2.3).</summary>
    public int? RetryAfter { get; init; }

    /// <summary>How long the content may be kept by others.</summary>
    public string CacheControl { get; init; } = "no-cache, private";

    /// <summary>True for a request that lasts as long as its client likes: it is counted apart and not timed.</summary>
    public bool LongRunning { get; init; }

    /// <summary>The answer with its stream, which must have an end, read into its body.</summary>
    public async ValueTask<ApiAnswer> WholeAsync(CancellationToken cancellation)
    {
        if (Stream is null) return this;
        using var buffer = new MemoryStream();
        var pipe = PipeWriter.Create(buffer, new StreamPipeWriterOptions(leaveOpen: true));
        await Stream(pipe, cancellation).ConfigureAwait(false);
        await pipe.CompleteAsync().ConfigureAwait(false);
        return new() { Code = Code, ContentType = ContentType, ETag = ETag, RetryAfter = RetryAfter, CacheControl = CacheControl, Body = buffer.GetBuffer().AsMemory(0, (int)buffer.Length) };
    }

    /// <summary>The answer with its content written in another way.</summary>
    public ApiAnswer WithStream(Func<PipeWriter, CancellationToken, Task> stream) => new()
    {
        Code = Code, ContentType = ContentType, ETag = ETag, CacheControl = CacheControl, RetryAfter = RetryAfter,
        Size = Size, LongRunning = LongRunning, Stream = stream,
    };

    public static ApiAnswer Of(ReadOnlyMemory<byte> body, int code = 200) => new() { Body = body, Code = code };

    public static ApiAnswer Text(string text, int code = 200) =>
        new() { Body = System.Text.Encoding.UTF8.GetBytes(text), Code = code, ContentType = "text/plain; charset=utf-8" };
}
