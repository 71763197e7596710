using System.Net;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Allocation;

/// <summary>
/// ServiceCIDR kubernetes, the ranges that the server was started with. Made at the first start; a range of a second family
/// is added when the server is given one.
/// </summary>
public sealed class DefaultServiceCidr(Verbs verbs, ResourceDefinition kind, IReadOnlyList<IPNetwork> ranges)
{
    public const string Name = "kubernetes";

    /// <returns>What differs between the object and the server's own ranges; null if nothing does.</returns>
    public async Task<string?> EnsureAsync(string now, CancellationToken cancellation)
    {
        string[] texts = [.. ranges.Select(r => ServiceRange.Of(r).Text)];
        var context = WriteContext.Internal(kind, null, Name);
        try
        {
            await verbs.Creation.CreateAsync(context, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = Name },
                ["spec"] = new JsonObject { ["cidrs"] = new JsonArray([.. texts.Select(t => (JsonNode)t)]) },
            }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists) { }
        var entry = await verbs.Reading.GetAsync(kind, null, Name, cancellation).ConfigureAwait(false);
        var present = StoredObject.Parse(entry).Object("spec").Texts("cidrs").ToArray();
        if (texts.Length == 2 && present is [var one] && one == texts[0])
        {
            await verbs.Updating.UpdateAsync(context, ChangeScope.Object, old =>
            {
                old["spec"]!["cidrs"] = new JsonArray([.. texts.Select(t => (JsonNode)t)]);
                return old;
            }, cancellation).ConfigureAwait(false);
            present = texts;
        }
        await verbs.Updating.UpdateAsync(context, ChangeScope.Status, old => SayReady(old, now), cancellation).ConfigureAwait(false);
        return present.SequenceEqual(texts) ? null : $"ServiceCIDR {Name} has {string.Join(',', present)}, and the server was started with {string.Join(',', texts)}";
    }

    /// <summary>A condition that somebody else set is left: the object may be on its way out.</summary>
    static JsonObject SayReady(JsonObject obj, string now)
    {
        if (obj["status"] is not JsonObject status) obj["status"] = status = [];
        if (status["conditions"] is JsonArray { Count: > 0 }) return obj;
        status["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = now, ["reason"] = "", ["message"] = "Kubernetes default Service CIDR is ready",
        });
        return obj;
    }
}
