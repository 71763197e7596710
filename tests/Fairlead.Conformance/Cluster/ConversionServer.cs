using System.Collections.Concurrent;

namespace Fairlead.Conformance.Cluster;

/// <summary>
/// Answers ConversionReviews of a kind that has hostPort in v1, and host and port in v2. It fails a review that holds an
/// object in the wanted version already: servers ask for what they can't do themselves.
/// </summary>
sealed class ConversionServer : IAsyncDisposable
{
    readonly ConcurrentQueue<JsonObject> asked = new();
    JsonServer server = null!;

    public string Url => server.Url;

    /// <summary>The reviews that came.</summary>
    public IReadOnlyCollection<JsonObject> Asked => asked;

    public static async Task<ConversionServer> StartAsync()
    {
        var conversion = new ConversionServer();
        conversion.server = await JsonServer.StartAsync(async http =>
        {
            var review = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
            conversion.asked.Enqueue(review);
            return Answer(review);
        });
        return conversion;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static JsonObject Answer(JsonObject review)
    {
        var wanted = review.Text("request.desiredAPIVersion")!;
        var objects = review.At("request.objects")!.AsArray().Select(o => o!.DeepClone().AsObject()).ToArray();
        var response = new JsonObject { ["uid"] = review.Text("request.uid") };
        if (objects.FirstOrDefault(o => o.Text("apiVersion") == wanted) is { } needless)
            response["result"] = new JsonObject { ["status"] = "Failure", ["message"] = $"{needless.Text("metadata.name")} is of {wanted} already" };
        else
        {
            foreach (var obj in objects) Convert(obj, wanted);
            response["convertedObjects"] = new JsonArray([.. objects]);
            response["result"] = new JsonObject { ["status"] = "Success" };
        }
        return new() { ["kind"] = review.Text("kind"), ["apiVersion"] = review.Text("apiVersion"), ["response"] = response };
    }

    static void Convert(JsonObject obj, string wanted)
    {
        obj["apiVersion"] = wanted;
        if (wanted.EndsWith("/v2", StringComparison.Ordinal))
        {
            if (obj.Text("hostPort")?.Split(':') is [var host, var port]) (obj["host"], obj["port"]) = (host, port);
            obj.Remove("hostPort");
        }
        else
        {
            if (obj.Text("host") is { } host) obj["hostPort"] = $"{host}:{obj.Text("port")}";
            obj.Remove("host");
            obj.Remove("port");
        }
    }
}
