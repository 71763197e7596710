using System.Collections.Concurrent;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Auditing;

namespace Fairlead.Server.Tests.Identity;

public sealed class AuditWebhookTests : IAsyncLifetime
{
    readonly ConcurrentQueue<JsonObject> lists = [];
    readonly ConcurrentQueue<string> lost = [];
    readonly ConcurrentQueue<int> codes = [];
    JsonServer server = null!;

    public async ValueTask InitializeAsync() => server = await JsonServer.StartAsync(async http =>
    {
        var list = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
        if (codes.TryDequeue(out var code)) http.Response.StatusCode = code;
        else lists.Enqueue(list);
        return [];
    });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    AuditWebhook Webhook(AuditWebhookOptions options, string? url = null) =>
        new(new HttpsTransportOptions(new(url ?? server.Url + "/audit"), TestCertificates.Authority, null, null), options, TimeProvider.System, lost.Enqueue);

    static JsonObject Event(int number) => new() { ["kind"] = "Event", ["auditID"] = $"{number}" };

    IEnumerable<IEnumerable<string>> Sent => lists.Select(l => l["items"]!.AsArray().Select(e => (string)e!["auditID"]!));

    [Fact]
    public async Task Events_go_in_batches_and_the_rest_at_the_end()
    {
        var webhook = Webhook(new() { MaxBatchSize = 2 });
        for (var i = 0; i < 5; i++) webhook.Write(Event(i));
        webhook.Start();
        await webhook.DisposeAsync();
        Assert.Equal([["0", "1"], ["2", "3"], ["4"]], Sent);
        Assert.All(lists, l => Assert.Equal(("EventList", "audit.k8s.io/v1"), ((string?)l["kind"], (string?)l["apiVersion"])));
        Assert.Empty(lost);
    }

    [Fact]
    public async Task A_batch_waits_no_longer_than_it_may()
    {
        await using var webhook = Webhook(new() { MaxBatchWait = TimeSpan.FromMilliseconds(50) });
        webhook.Start();
        webhook.Write(Event(1));
        for (var until = DateTime.UtcNow.AddSeconds(20); lists.IsEmpty && DateTime.UtcNow < until;) await Task.Delay(10);
        Assert.Equal([["1"]], Sent);
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_and_what_may_not_is_lost_and_told()
    {
        var webhook = Webhook(new() { MaxBatchSize = 1, InitialBackoff = TimeSpan.FromMilliseconds(1) });
        foreach (var code in (int[])[503, 429, 400]) codes.Enqueue(code);
        webhook.Write(Event(1)); // 503, 429, then lost by 400
        webhook.Write(Event(2));
        webhook.Start();
        await webhook.DisposeAsync();
        Assert.Equal([["2"]], Sent);
        Assert.Equal(["1 audit events are lost: the audit webhook: the server answered 400"], lost);
    }

    [Fact]
    public async Task Nobody_waits_for_a_server_that_is_away_and_too_many_are_lost_and_told()
    {
        var webhook = Webhook(new() { BufferSize = 3, InitialBackoff = TimeSpan.FromMilliseconds(1) }, "https://127.0.0.1:1/audit");
        for (var i = 0; i < 4; i++) webhook.Write(Event(i));
        Assert.Equal(["an audit event is lost: 3 wait for the audit webhook already"], lost);
        webhook.Start();
        await webhook.DisposeAsync();
        Assert.StartsWith("3 audit events are lost: the audit webhook: ", lost.Last());
    }

    [Fact]
    public async Task Requests_are_throttled()
    {
        var webhook = Webhook(new() { MaxBatchSize = 1, ThrottleQps = 20, ThrottleBurst = 1 });
        for (var i = 0; i < 5; i++) webhook.Write(Event(i));
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        webhook.Start();
        await webhook.DisposeAsync();
        Assert.Equal(5, lists.Count);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(190), "four of them wait 50 ms each");
    }
}
