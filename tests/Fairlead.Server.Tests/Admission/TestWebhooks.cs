using System.Collections.Concurrent;
using System.Text;
using Fairlead.Json;

namespace Fairlead.Server.Tests.Admission;

/// <summary>A server of admission webhooks over TLS: each path is one, with an answer that the test gives it.</summary>
sealed class TestWebhooks : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Func<JsonObject, Task<JsonObject>>> answers = new();
    JsonServer server = null!;

    /// <summary>The requests that a webhook was asked about.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<JsonObject>> Asked { get; } = new();

    public string Url => server.Url;

    public static string Bundle { get; } = Convert.ToBase64String(Encoding.ASCII.GetBytes(TestCertificates.Authority.ExportCertificatePem()));

    public static async Task<TestWebhooks> StartAsync()
    {
        var made = new TestWebhooks();
        made.server = await JsonServer.StartAsync(async http =>
        {
            var name = http.Request.Path.Value!.Trim('/');
            var review = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            made.Of(name).Enqueue((JsonObject)review["request"]!.DeepClone());
            var response = await made.answers[name]((JsonObject)review["request"]!).WaitAsync(http.RequestAborted);
            if (response.ContainsKey("apiVersion")) return response; // a whole review of the test's own
            response["uid"] ??= review["request"]!["uid"]!.DeepClone();
            return new() { ["apiVersion"] = review["apiVersion"]!.DeepClone(), ["kind"] = review["kind"]!.DeepClone(), ["response"] = response };
        });
        return made;
    }

    public ConcurrentQueue<JsonObject> Of(string name) => Asked.GetOrAdd(name, _ => new());

    /// <summary>What the webhook answers: the response of a review; uid, kind and version are added.</summary>
    public void Answer(string name, Func<JsonObject, JsonObject> response) => answers[name] = request => Task.FromResult(response(request));

    public void Answer(string name, Func<JsonObject, Task<JsonObject>> response) => answers[name] = response;

    public static JsonObject Yes() => new() { ["allowed"] = true };

    public static JsonObject No(string? message = null, string? reason = null, int code = 0)
    {
        var status = new JsonObject();
        if (message is not null) status["message"] = message;
        if (reason is not null) status["reason"] = reason;
        if (code > 0) status["code"] = code;
        return new() { ["allowed"] = false, ["status"] = status };
    }

    public static JsonObject Patch(string operations) =>
        new() { ["allowed"] = true, ["patchType"] = "JSONPatch", ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)) };

    /// <summary>One webhook of a configuration, at the path of its short name.</summary>
    /// <param name="rule">operations, apiGroups, apiVersions and resources.</param>
    /// <param name="more">Further fields.</param>
    public JsonObject Webhook(string name, string rule, string more = "{}")
    {
        var webhook = new JsonObject
        {
            ["name"] = $"{name}.test.example.com",
            ["clientConfig"] = new JsonObject { ["url"] = $"{Url}/{name}", ["caBundle"] = Bundle },
            ["rules"] = new JsonArray(JsonNode.Parse(rule)),
            ["sideEffects"] = "None",
            ["admissionReviewVersions"] = new JsonArray("v1"),
        };
        foreach (var (field, value) in JsonNode.Parse(more)!.AsObject()) webhook[field] = value?.DeepClone();
        return webhook;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
