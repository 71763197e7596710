using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.CustomResources;

/// <summary>Turns custom objects into another version: by their apiVersion alone, or by asking the webhook of the definition.</summary>
public sealed class ConversionWebhook(WebhookClient client)
{
    static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>The way from version to version that a definition asks for.</summary>
    public VersionConversion ConversionOf(JsonObject definition)
    {
        var conversion = definition.Object("spec").Object("conversion");
        if (conversion.Text("strategy") != "Webhook") return Rename;
        var webhook = (JsonObject)conversion!["webhook"]!.DeepClone();
        var name = definition.Name();
        return (objects, apiVersion, cancellation) => AskAsync(webhook, name, objects, apiVersion, cancellation);
    }

    static ValueTask<IReadOnlyList<JsonObject>> Rename(IReadOnlyList<JsonObject> objects, string apiVersion, CancellationToken cancellation)
    {
        foreach (var obj in objects) obj["apiVersion"] = apiVersion;
        return new(objects);
    }

    async ValueTask<IReadOnlyList<JsonObject>> AskAsync(JsonObject webhook, string name, IReadOnlyList<JsonObject> objects, string apiVersion, CancellationToken cancellation)
    {
        var version = webhook.Texts("conversionReviewVersions").FirstOrDefault(v => v is "v1" or "v1beta1") ?? "v1";
        var uid = RandomId.Next();
        var review = new JsonObject
        {
            ["kind"] = "ConversionReview",
            ["apiVersion"] = $"apiextensions.k8s.io/{version}",
            ["request"] = new JsonObject { ["uid"] = uid, ["desiredAPIVersion"] = apiVersion, ["objects"] = new JsonArray([.. objects.Select(o => o.DeepClone())]) },
        };
        JsonObject answer;
        try { answer = await client.PostAsync(webhook.Object("clientConfig")!, review, Within, cancellation).ConfigureAwait(false); }
        catch (WebhookException e) { throw Failed(name, e.Message); }
        var response = answer.Object("response");
        if (response is null || (version == "v1" && response.Text("uid") != uid)) throw Failed(name, "the answer is no response to the request");
        if (response.Object("result").Text("status") != "Success")
            throw Failed(name, response.Object("result").Text("message") ?? "unknown reason");
        var converted = response.Array("convertedObjects")?.OfType<JsonObject>().Select(o => (JsonObject)o.DeepClone()).ToArray() ?? [];
        if (converted.Length != objects.Count) throw Failed(name, $"returned {converted.Length} objects, expected {objects.Count}");
        for (var i = 0; i < converted.Length; i++) Restore(name, converted[i], objects[i], apiVersion);
        return converted;
    }

    /// <summary>Of metadata a webhook may change labels and annotations alone.</summary>
    static void Restore(string name, JsonObject converted, JsonObject original, string apiVersion)
    {
        if (converted.Text("apiVersion") != apiVersion || converted.Text("kind") != original.Text("kind"))
            throw Failed(name, $"returned invalid converted object: invalid groupVersion (expected {apiVersion}, received {converted.Text("apiVersion")})");
        var metadata = (JsonObject)original.Metadata().DeepClone();
        foreach (var field in (string[])["labels", "annotations"]) metadata.Carry(converted.Metadata(), field);
        converted["metadata"] = metadata;
    }

    static ApiException Failed(string name, string why) => Refuse.Internal($"conversion webhook for {name} failed: {why}");
}
