using System.Buffers;
using System.Threading.Channels;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Json;

namespace Fairlead.Server.Auditing;

/// <summary>
/// Events to another server, in batches: EventLists of audit.k8s.io/v1 by POST. No request waits for it; what can't be
/// kept or sent is lost, and told. Source: Kubernetes documentation, Auditing, Webhook backend, mode batch.
/// </summary>
/// <param name="peer">See <see cref="KubeconfigFile"/>; the path of its server's URL is posted to.</param>
/// <param name="failed">Told of events that are lost.</param>
public sealed class AuditWebhook(HttpsTransportOptions peer, AuditWebhookOptions options, TimeProvider clock, Action<string> failed) : IAsyncDisposable
{
    const int Tries = 5;
    static readonly TimeSpan Within = TimeSpan.FromSeconds(30), AtTheEnd = TimeSpan.FromSeconds(5);

    readonly HttpsTransport transport = new(peer);
    readonly Channel<ReadOnlyMemory<byte>> waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(options.BufferSize) { SingleReader = true });
    readonly CancellationTokenSource stop = new();
    Task sending = Task.CompletedTask;
    double tokens = options.ThrottleBurst;
    long counted;

    /// <summary>Begins to send.</summary>
    public void Start()
    {
        counted = clock.GetTimestamp();
        sending = Task.Run(SendAllAsync);
    }

    /// <summary>Takes an event; any thread may.</summary>
    public void Write(JsonObject auditEvent)
    {
        if (!waiting.Writer.TryWrite(JsonTree.Write(auditEvent))) failed($"an audit event is lost: {options.BufferSize} wait for the audit webhook already");
    }

    /// <summary>Sends what waits, if that can be done in a few seconds, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        stop.CancelAfter(AtTheEnd);
        await sending.ConfigureAwait(false);
        transport.Dispose();
        stop.Dispose();
    }

    async Task SendAllAsync()
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        while (await waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await GatherAsync(batch).ConfigureAwait(false);
            try
            {
                await ThrottleAsync().ConfigureAwait(false);
                await SendAsync(EventList(batch)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
            {
                failed($"{batch.Count} audit events are lost: the audit webhook: {e.Message}");
            }
            batch.Clear();
        }
    }

    /// <summary>As many as go together, or what came in the time.</summary>
    async Task GatherAsync(List<ReadOnlyMemory<byte>> batch)
    {
        using var time = new CancellationTokenSource(options.MaxBatchWait, clock);
        try
        {
            while (batch.Count < options.MaxBatchSize)
            {
                if (waiting.Reader.TryRead(out var next)) batch.Add(next);
                else if (!await waiting.Reader.WaitToReadAsync(time.Token).ConfigureAwait(false)) return;
            }
        }
        catch (OperationCanceledException) { } // the time is over
    }

    async Task ThrottleAsync()
    {
        while (true)
        {
            var now = clock.GetTimestamp();
            tokens = Math.Min(options.ThrottleBurst, tokens + (clock.GetElapsedTime(counted, now).TotalSeconds * options.ThrottleQps));
            counted = now;
            if (tokens >= 1) break;
            await Task.Delay(TimeSpan.FromSeconds((1 - tokens) / options.ThrottleQps) + TimeSpan.FromMilliseconds(1), clock, stop.Token).ConfigureAwait(false);
        }
        tokens--;
    }

    async Task SendAsync(ReadOnlyMemory<byte> list)
    {
        var request = new ApiRequest("POST", peer.Server.PathAndQuery, "application/json", list);
        var delay = options.InitialBackoff;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var time = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                time.CancelAfter(Within);
                var answer = await transport.SendAsync(request, time.Token).ConfigureAwait(false);
                if (answer.StatusCode is >= 200 and < 300) return;
                if (attempt == Tries || (answer.StatusCode < 500 && answer.StatusCode != 429)) throw new IOException($"the server answered {answer.StatusCode}");
            }
            catch (Exception e) when (attempt < Tries && !stop.IsCancellationRequested && (e is HttpRequestException or OperationCanceledException)) { } // it is tried again
            await Task.Delay(delay, clock, stop.Token).ConfigureAwait(false);
            delay *= 1.5;
        }
    }

    static ReadOnlyMemory<byte> EventList(List<ReadOnlyMemory<byte>> batch)
    {
        var list = new ArrayBufferWriter<byte>(batch.Sum(e => e.Length + 1) + 100);
        list.Write("""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":["""u8);
        for (var i = 0; i < batch.Count; i++)
        {
            if (i > 0) list.Write(","u8);
            list.Write(batch[i].Span);
        }
        list.Write("]}"u8);
        return list.WrittenMemory;
    }
}
