using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Buffers;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Server.Authentication;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Listen;

/// <summary>
/// The API for components in the server's own process: the same path, the same authorization, no socket. The user is
/// the component's own identity. An answer that breaks off is an IOException, as over a connection: components ask again.
/// </summary>
public sealed class InProcessTransport(ApiPipeline pipeline, UserInfo user) : IApiTransport
{
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        var answer = await pipeline.HandleAsync(Call(request), cancellation).ConfigureAwait(false);
        if (answer.Stream is null) return new(answer.Code, answer.Relay is null ? answer.Body : throw NoSocket());
        using var buffer = new MemoryStream();
        var pipe = PipeWriter.Create(buffer, new StreamPipeWriterOptions(leaveOpen: true));
        try { await answer.Stream(pipe, cancellation).ConfigureAwait(false); }
        catch (Exception fault) when (!IsTold(fault)) { throw Broken(fault); }
        await pipe.CompleteAsync().ConfigureAwait(false);
        return new(answer.Code, buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(
        ApiRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var answer = await pipeline.HandleAsync(Call(request), cancellation).ConfigureAwait(false);
        if (answer.Stream is null)
        {
            if (answer.Relay is not null) throw NoSocket();
            if (answer.Code >= 400) throw new ApiException(ApiJson.Read<Status>(answer.Body.Span));
            yield return answer.Body;
            yield break;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024, useSynchronizationContext: false));
        var writing = WriteAsync(answer.Stream, pipe.Writer, stop.Token);
        try
        {
            while (true)
            {
                var read = await pipe.Reader.ReadAsync(cancellation).ConfigureAwait(false);
                var rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    yield return rest.Slice(0, end) is { IsSingleSegment: true } line ? line.First : rest.Slice(0, end).ToArray();
                    rest = rest.Slice(rest.GetPosition(1, end));
                }
                pipe.Reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted) yield break;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    static async Task WriteAsync(Func<PipeWriter, CancellationToken, Task> stream, PipeWriter pipe, CancellationToken cancellation)
    {
        try
        {
            await stream(pipe, cancellation).ConfigureAwait(false);
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) { await pipe.CompleteAsync().ConfigureAwait(false); } // the reader has gone
        catch (Exception fault) { await pipe.CompleteAsync(IsTold(fault) ? fault : Broken(fault)).ConfigureAwait(false); } // the reader's call throws it
    }

    /// <summary>True for what a transport may throw anyway.</summary>
    static bool IsTold(Exception fault) => fault is OperationCanceledException or IOException or HttpRequestException or ApiException;

    static IOException Broken(Exception fault) => new($"the answer broke off: {fault.Message}", fault);

    ApiCall Call(ApiRequest request)
    {
        var question = request.PathAndQuery.IndexOf('?', StringComparison.Ordinal);
        return new()
        {
            Method = request.Method,
            Path = Uri.UnescapeDataString(question < 0 ? request.PathAndQuery : request.PathAndQuery[..question]),
            Query = question < 0 ? QueryParameters.Empty : new QueryParameters(request.PathAndQuery[question..]),
            ContentType = request.ContentType,
            User = user,
            UserAgent = Program(user.Name),
            ReadBody = (limit, _) => request.Body.Length > limit ? throw Refuse.TooLarge(limit) : new(request.Body),
        };
    }

    static InvalidOperationException NoSocket() => new("a stream to a node needs a connection of its own: use HTTPS");

    /// <summary>Controllers have accounts of their own and are one program, as upstream.</summary>
    static string Program(string user) => user.StartsWith("system:serviceaccount:kube-system:", StringComparison.Ordinal) ? "kube-controller-manager" : user[(user.LastIndexOf(':') + 1)..];
}
